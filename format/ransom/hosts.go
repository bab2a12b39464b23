package ransom

// commonHosts are addresses that notes of many families and honest texts show:
// where to get a browser, a chat or coins. They tell nothing.
var commonHosts = set(`torproject.org google.com youtube.com wikipedia.org en.wikipedia.org tox.chat utox.org qtox.github.io github.com getsession.org telegram.org
	localbitcoins.com coindesk.com blockchain.info blockchain.com coinbase.com binance.com bitcoin.org bitcoin.com paxful.com kraken.com coinmama.com
	buybitcoinworldwide.com howtobuybitcoins.info bitpanda.com cex.io coincafe.com bitquick.co btcdirect.eu bitstamp.net protonmail.com proton.me tutanota.com
	mail.ru yandex.com gmail.com onionmail.org cock.li twitter.com x.com facebook.com microsoft.com support.microsoft.com translate.google.com
	duckduckgo.com bing.com yahoo.com reddit.com virustotal.com pidgin.im jabber.org xmpp.jp download.tox.chat 2ip.ru whatismyip.com example.com example.org
	dist.torproject.org wikileaks.org privnote.com anonfiles.com mega.nz dropbox.com file.io sendspace.com wetransfer.com temp.sh gofile.io privatlab.com
	icq.com icq.im bleepingcomputer.com kaspersky.com nomoreransom.org id-ransomware.malwarehunterteam.com europol.europa.eu cisa.gov enisa.europa.eu
	1BoatSLRHtKNngkdXEeobR76b53LETtpyT 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy`) // addresses of manuals
