"""How dates read in English."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y G:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y G:i"
TIME_FORMAT = "G:i"
