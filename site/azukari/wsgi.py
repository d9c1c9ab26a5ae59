"""The WSGI application of whichever entry `DJANGO_SETTINGS_MODULE` names."""

import gc

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
# What stands when serving begins stays to the end: the collector need not walk through it again
# for each request.
gc.collect()
gc.freeze()
