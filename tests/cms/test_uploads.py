"""Files of editors: what is no picture, too large or dangerous is refused at its field."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.documents.models import Document
from wagtail.images.models import Image as Picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png(width=40, height=30):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#ffd43d").save(file, "PNG")
    return file.getvalue()


def bomb(side=30_000):
    """A picture of a few kilobytes that would fill gigabytes of memory."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")
    )  # fmt: skip


@pytest.fixture
def editing(staff_client, editor):
    return staff_client.log_in(editor)


def upload(client, path, name, content, kind="image/png"):
    file = SimpleUploadedFile(name, content, content_type=kind)
    return client.post(path, {"title": "写真", "file": file, "collection": "1"})


def test_a_picture_is_taken(editing):
    assert upload(editing, "/cms/images/add/", "a.png", png()).status_code == 302
    assert Picture.objects.get().width == 40


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", SVG),
        ("a.png", SVG),
        ("a.png", b"<html><script>alert(1)</script>"),
        ("a.png", b""),
        ("a.png", b"\x00" * 1000),
        ("a.png", png()[:60]),
        ("a.html", png()),
        ("a.php.png.exe", png()),
        ("a.png", bomb()),
        ("a.png", png() + b"\x00" * (10 * 1024 * 1024)),
    ],
)
def test_what_is_no_picture_is_refused_with_a_message(editing, name, content):
    response = upload(editing, "/cms/images/add/", name, content)

    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../../etc/x.png", "..\\x.png", "a\x00.png", "x" * 300 + ".png"]
)
def test_a_name_leads_nowhere(editing, name):
    response = upload(editing, "/cms/images/add/", name, png())

    assert response.status_code in (200, 302)
    for picture in Picture.objects.all():
        assert picture.file.name.startswith("original_images/")
        assert ".." not in picture.file.name


@pytest.mark.parametrize("name", ["a.html", "a.zip", "a.pdf"])
def test_documents_are_taken_from_nobody(staff_client, clerk, editor, manager, name):
    for user in (clerk, editor, manager):
        client = staff_client.log_in(user)
        response = upload(
            client, "/cms/documents/add/", name, b"PK\x03\x04" * 50, "application/zip"
        )
        assert response.status_code in (302, 403)

    assert not Document.objects.exists()


def test_originals_are_not_public(public_client, editing):
    upload(editing, "/cms/images/add/", "a.png", png())
    picture = Picture.objects.get()

    for path in (f"/media/{picture.file.name}", f"/media/images/{picture.file.name}"):
        assert public_client.get(path).status_code == 404
