"""How dates read in Japanese: 11月14日（土） has its own filter; these are the plain forms."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日（D）G:i"
SHORT_DATE_FORMAT = "Y/n/j"
SHORT_DATETIME_FORMAT = "Y/n/j G:i"
TIME_FORMAT = "G:i"
