from azukari import data_register


def test_data_register_is_what_the_models_declare() -> None:
    assert data_register.PATH.read_text() == data_register.text(), (
        "run: manage.py write_data_register"
    )
