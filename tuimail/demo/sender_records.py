"""What the demo world's domains say of the mail that is sent in their names, as in a zone file
relative to the domain."""

_ED25519_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # RFC 8463 §A.2
_RSA_1024_KEY = (  # RFC 6376 §C
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFC"
    "jxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9"
    "tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
)

_OTHERS = f"""\
_dmarc 300 TXT "v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s"
demo._domainkey 300 TXT "v=DKIM1; k=ed25519; p={_ED25519_KEY}"
_smtp._tls 300 TXT "v=TLSRPTv1; rua=mailto:tls@reports.test"
@ 300 CAA 0 issue "ca.test"
"""
SOUND = f'@ 300 TXT "v=spf1 mx -all"\n{_OTHERS}'

SILENT = """\
@ 300 TXT "v=spf1 -all"
_dmarc 300 TXT "v=DMARC1; p=reject"
"""
"""Of a domain that neither gets nor sends mail."""

ELEVEN_LOOK_UPS = f"""\
@ 300 TXT "v=spf1 mx include:_office.broken-spf.test include:_shop.broken-spf.test ~all"
_office 300 TXT "v=spf1 a:vpn.broken-spf.test include:_cloud.broken-spf.test -all"
_cloud 300 TXT "v=spf1 include:_east.broken-spf.test include:_west.broken-spf.test -all"
_east 300 TXT "v=spf1 ip4:192.0.2.0/25 -all"
_west 300 TXT "v=spf1 ip4:192.0.2.128/25 -all"
_shop 300 TXT "v=spf1 a:shop.broken-spf.test a:till.broken-spf.test" \
" include:_news.broken-spf.test -all"
_news 300 TXT "v=spf1 a:news.broken-spf.test -all"
vpn 300 A 198.51.100.1
shop 300 A 198.51.100.2
till 300 A 198.51.100.3
news 300 A 198.51.100.4
{_OTHERS}"""
"""One look-up more than RFC 7208 §4.6.4 allows, three includes deep."""

LAX = f"""\
@ 300 TXT "v=spf1 mx ?all"
_dmarc 300 TXT "v=DMARC1; p=none; rua=mailto:dmarc@reports.test"
old._domainkey 300 TXT "v=DKIM1; p="
weak._domainkey 300 TXT "v=DKIM1; " "p={_RSA_1024_KEY}"
"""
