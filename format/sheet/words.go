package sheet

import (
	"cmp"
	"strconv"
	"strings"
	"sync"
)

// word is one known column name.
type word struct {
	lang   string
	field  Field
	text   string  // folded
	padded string  // text between blanks, to be found among other words
	weight float64 // how surely the name means the field
}

// words is the list below, unfolded into single names: lines "lang field name,
// name=weight, …".
var words = sync.OnceValue(func() []word {
	var out []word
	for line := range strings.Lines(wordList) {
		lang, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		field, names, ok := strings.Cut(rest, " ")
		if !ok {
			continue
		}
		for name := range strings.SplitSeq(names, ",") {
			text, weight, _ := strings.Cut(name, "=")
			w, _ := strconv.ParseFloat(cmp.Or(weight, "0.9"), 64)
			text = fold(text)
			out = append(out, word{lang, Field(field), text, " " + text + " ", w})
		}
	}
	return out
})

// languages lists those of the word list in its order.
func languages() []string {
	var out []string
	for _, w := range words() {
		if len(out) == 0 || out[len(out)-1] != w.lang {
			out = append(out, w.lang)
		}
	}
	return out
}

// wordList holds column names by language and field. "id" are this house's own
// names, "sys" the exports of maintenance (CMMS), DHCP, directory and asset
// discovery systems. A weight stands after names that can mean something else.
const wordList = `
id row_id row_id
id vendor vendor
id product product
id model model
id version version
id serial serial
id quantity quantity
id department department
id site site
id service service
id zone zone
id owner owner
id udi udi
id end_of_support end_of_support
id notes notes
en row_id row,row no,row number,id=0.7,no=0.5,inventory number,inventory no,inventory id,inv no,asset id,asset number,asset no,asset tag,equipment number,equipment id,device id,tag number,item number=0.6,control number
en vendor maker,manufacturer,manufacturer name,mfr,mfg,vendor name,brand,brand name,make,supplier=0.6,company=0.5,producer,oem
en product product name,device,device name,equipment,equipment name,description=0.7,device description,item=0.6,name=0.6,asset name,asset description,software name,software=0.55,application,application name,system=0.6,device type=0.6,equipment type=0.6,type=0.5,category=0.3,trade name
en model model number,model no,model name,device model,catalogue number,catalog number,cat no,order number,order no,part number,part no,article number,article no,reference number,reference,ref=0.8,ref no,sku,type number,product number,product code,product no
en version firmware,firmware version,fw,fw version,software=0.85,software version,sw,sw version,release,revision=0.7,rev=0.6,sw release,software revision,fw revision,installed version,current version,os version=0.6,version number,build=0.6
en serial serial number,serial no,serial nr,sn,s n,ser no,serialnumber,device serial
en quantity qty,count,number of units,units,pieces,pcs,amount=0.7,number of devices,no of devices,number=0.4
en department dept,ward,unit=0.6,clinical department,location=0.5,cost centre=0.6,cost center=0.6,division=0.6
en site hospital,facility,building=0.7,campus,location=0.6,premises,clinic=0.6
en service service,clinical service,care service,specialty,medical service,service line,speciality
en zone network zone,network segment,segment,vlan,subnet,network=0.7,security zone
en owner responsible,responsible person,contact=0.7,contact person,asset owner,custodian,assigned to,system owner,user=0.5
en udi udi di,udidi,gtin,device identifier,di,unique device identifier,ean=0.7,barcode=0.5,gtin 14
en end_of_support end of support,eos,eol,eo s,eo l,end of life,support end,support until,eosl,end of service,end of support date,end of service life,warranty end=0.4,support expires
en notes note,comment,comments,remark,remarks,ip=0.2,ip address=0.2,mac address=0.2,additional information
sys row_id cmdb id,ci id,hostname=0.7,host name=0.7,dns host name=0.7,dnshost name=0.7,dnshostname=0.7,computer name=0.7,object guid=0.6,distinguished name=0.4,sys id,eq num,equip id,wo asset=0.6,client id=0.5,name=0.4
sys vendor mac vendor=0.7,vendor class=0.5,os vendor=0.5,hardware vendor,manufacturer id=0.5,mfgr
sys product operating system=0.8,os=0.6,nomenclature,gmdn term=0.6,umdns term=0.6,emdn term=0.6,ci name,product family=0.6,generic name=0.5,device class=0.3
sys model hardware model,model id=0.7,manufacturer part number,mpn
sys version operating system version=0.85,patch level=0.6,software level,app version
sys department managed by=0.3,dept name,department name,org unit,ou
sys site location name=0.7,site name,building name=0.8,site code
sys zone scope=0.5,network name=0.7,vlan id,scope id=0.6
sys owner managed by=0.6,owned by
sys notes description=0.4
de row_id lfd nr,laufende nummer,nr=0.6,nummer=0.5,inventarnummer,inventar nr,inventarnr,inv nr,invnr,anlagennummer,anlagen nr,geratenummer=0.8,gerate nr=0.8,geratenr=0.8,equipmentnummer,gerate id
de vendor hersteller,herstellername,marke,fabrikat,lieferant=0.6,firma=0.6,anbieter=0.7,produzent
de product produkt,produktname,produktbezeichnung,gerat,geratebezeichnung,geratename,bezeichnung,gerateart=0.7,geratetyp=0.7,artikel=0.6,benennung,system=0.6,anwendung,programm,software name,art=0.4,artikelbezeichnung
de model modell,modellnummer,modellbezeichnung,typ=0.8,typenbezeichnung,typbezeichnung,typennummer,bestellnummer,bestell nr,artikelnummer,artikel nr,art nr,teilenummer,referenznummer,katalognummer,ref nr,produktnummer,sachnummer
de version softwarestand,firmwarestand,softwareversion,firmwareversion,versionsnummer,softwarerelease,ausgabestand,stand=0.5,programmversion,sw stand,fw stand,sw version,fw version,versionsstand
de serial seriennummer,serien nr,seriennr,ser nr,sernr,fabriknummer,fabriknr,fabrik nr,geratenummer=0.6,s nr,herstellnummer
de quantity anzahl,menge,stuck,stuckzahl,stk,anz
de department abteilung,abt,station,fachabteilung,bereich=0.8,kostenstelle=0.6,klinik=0.6,organisationseinheit,einheit=0.5,kst=0.5
de site standort,haus=0.7,gebaude=0.7,krankenhaus,betriebsstatte,werk=0.6,liegenschaft,campus
de service fachbereich=0.7,dienst=0.7,leistungsbereich,versorgungsbereich,fachrichtung,medizinischer dienst
de zone netzwerkzone,netzzone,netzsegment,netzwerksegment,netzwerk=0.7,netz=0.7,sicherheitszone,subnetz
de owner verantwortlicher,verantwortlich,geratebeauftragter,ansprechpartner,eigentumer,besitzer,zustandig,betreuer,gerateverantwortlicher
de udi udi nummer,udi code,gtin nummer,produktkennung
de end_of_support supportende,support ende,wartungsende,abkundigung,end of support datum,support bis,lebensende,ende der unterstutzung,herstellersupport bis,ende support,wartung bis=0.7
de notes bemerkung,bemerkungen,anmerkung,anmerkungen,kommentar,notiz,notizen,hinweis,hinweise,zusatz=0.5
fr row_id numero d inventaire,n d inventaire,no inventaire,n inventaire,numero inventaire,code inventaire,identifiant,numero=0.5,n=0.4,num inventaire,code equipement
fr vendor fabricant,marque,constructeur,fournisseur=0.6,editeur,societe=0.5
fr product produit,nom du produit,designation,libelle,equipement,appareil,dispositif,nom de l appareil,nom=0.6,denomination,type d equipement=0.6,logiciel=0.7,materiel=0.7,application
fr model modele,numero de modele,reference,ref fabricant,reference fabricant,reference commerciale,type=0.8,code article,numero de reference,ref
fr version version logicielle,version logiciel,version du logiciel,version firmware,micrologiciel,revision,indice=0.4
fr serial numero de serie,n de serie,no de serie,n serie,num serie,numero serie,ns
fr quantity quantite,qte,nombre,nb,nombre d unites
fr department service,unite=0.6,uf=0.8,unite fonctionnelle,departement,pole=0.7,service utilisateur
fr site etablissement,hopital,batiment=0.7,lieu=0.7,localisation=0.7,implantation=0.7
fr service activite,specialite,service clinique,activite clinique,discipline
fr zone zone reseau,segment reseau,sous reseau,reseau=0.7
fr owner responsable,proprietaire,referent,detenteur,gestionnaire,contact
fr udi iud,iud id,code iud,identifiant unique
fr end_of_support fin de support,fin de vie,date de fin de support,fin du support,fin de maintenance,obsolescence=0.7
fr notes remarque,remarques,commentaire,commentaires,observation,observations
es row_id numero de inventario,n inventario,no inventario,codigo de inventario,inventario=0.7,identificador,codigo=0.5,num inventario,n de inventario
es vendor fabricante,marca,proveedor=0.6,casa comercial,empresa=0.5
es product producto,nombre del producto,equipo,descripcion,denominacion,nombre=0.6,dispositivo,aparato,tipo de equipo=0.6,aplicacion
es model modelo,numero de modelo,referencia,ref,tipo=0.6,numero de referencia,codigo de articulo,numero de catalogo
es version version de software,version software,version del software,version firmware,revision
es serial numero de serie,n de serie,no de serie,num serie,n serie,serie=0.8,numero serie
es quantity cantidad,unidades,numero de unidades,uds,cant
es department departamento,unidad=0.7,area=0.6,planta=0.6,seccion=0.7
es site centro,hospital,sede,edificio=0.7,ubicacion=0.6,emplazamiento
es service servicio,especialidad,servicio clinico
es zone zona,zona de red,red=0.7,segmento de red,subred
es owner responsable,propietario,persona responsable,contacto=0.7,titular=0.6
es udi udi,identificador unico
es end_of_support fin de soporte,fin de vida,fecha fin de soporte,fin del soporte,fin de vida util
es notes observaciones,comentarios,notas,nota,comentario
it row_id numero inventario,numero di inventario,n inventario,codice inventario,inventario=0.7,identificativo,codice=0.5,cespite
it vendor produttore,fabbricante,marca,costruttore,fornitore=0.6,ditta=0.6
it product prodotto,nome prodotto,apparecchiatura,descrizione,denominazione,dispositivo,nome=0.6,tipologia=0.6,classe=0.4
it model modello,numero modello,codice articolo,riferimento,codice prodotto,tipo=0.6,numero di catalogo
it version versione,versione software,versione firmware,revisione,release software
it serial numero di serie,matricola,n di serie,n serie,numero serie,seriale
it quantity quantita,qta,numero unita,pezzi
it department reparto,unita operativa,dipartimento,uo=0.7,centro di costo=0.6
it site sede,ospedale,presidio,struttura=0.7,edificio=0.7,ubicazione=0.6,stabilimento=0.6
it service servizio,specialita,servizio clinico
it zone zona di rete,rete=0.7,segmento di rete,sottorete,zona=0.7
it owner responsabile,proprietario,referente,assegnatario,contatto=0.7
it udi udi,identificativo unico
it end_of_support fine supporto,fine vita,data fine supporto,fine del supporto,fine assistenza
it notes note,osservazioni,commenti,annotazioni
nl row_id inventarisnummer,inventarisnr,volgnummer,nummer=0.5,apparaatnummer,activanummer,objectnummer
nl vendor fabrikant,merk,producent,leverancier=0.6
nl product product,productnaam,apparaat,omschrijving,benaming,toestel,naam=0.6,apparatuur,soort=0.5,artikelomschrijving
nl model model,modelnummer,type=0.8,artikelnummer,bestelnummer,typenummer,typeaanduiding,referentie,referentienummer
nl version versie,softwareversie,firmwareversie,versienummer,software versie,firmware versie
nl serial serienummer,serienr,serie nr
nl quantity aantal,hoeveelheid,stuks
nl department afdeling,kostenplaats=0.6,eenheid=0.6
nl site locatie=0.8,ziekenhuis,vestiging,gebouw=0.7
nl service dienst=0.8,specialisme,zorgdienst
nl zone netwerkzone,netwerksegment,netwerk=0.7,subnet
nl owner eigenaar,verantwoordelijke,beheerder,contactpersoon
nl udi udi,unieke identificatie
nl end_of_support einde ondersteuning,einde support,einde levensduur,ondersteuning tot
nl notes opmerking,opmerkingen,notities,toelichting
pl row_id numer inwentarzowy,nr inwentarzowy,lp=0.6,identyfikator,nr ewidencyjny
pl vendor producent,wytworca,marka,dostawca=0.6,firma=0.6
pl product produkt,nazwa produktu,nazwa=0.7,urzadzenie,nazwa urzadzenia,sprzet,opis=0.6,aparat,wyrob
pl model model,numer modelu,typ=0.8,numer katalogowy,nr katalogowy,numer referencyjny
pl version wersja,wersja oprogramowania,oprogramowanie=0.7,wersja firmware
pl serial numer seryjny,nr seryjny,numer fabryczny,nr fabryczny
pl quantity ilosc,liczba,liczba sztuk,szt
pl department oddzial,dzial,jednostka=0.6,komorka=0.6
pl site lokalizacja=0.8,szpital,placowka,budynek=0.7,siedziba
pl service usluga,specjalizacja,usluga kliniczna
pl zone strefa,strefa sieciowa,siec=0.7,podsiec,segment sieci
pl owner wlasciciel,odpowiedzialny,osoba odpowiedzialna,opiekun
pl udi kod udi
pl end_of_support koniec wsparcia,data konca wsparcia,wsparcie do
pl notes uwagi,komentarz,notatki,uwaga
pt row_id numero de inventario,n inventario,codigo de inventario,identificador,codigo=0.5
pt vendor fabricante,marca,fornecedor=0.6
pt product produto,nome do produto,equipamento,descricao,designacao,nome=0.6,dispositivo,aparelho
pt model modelo,referencia,numero de modelo,tipo=0.6,codigo do artigo
pt version versao,versao de software,versao do software,versao do firmware
pt serial numero de serie,n de serie,n serie,num serie
pt quantity quantidade,qtd,unidades
pt department departamento,unidade=0.7,seccao=0.7
pt site hospital,local=0.7,edificio=0.7,localizacao=0.7,instituicao
pt service servico,especialidade,servico clinico
pt zone zona de rede,rede=0.7,segmento de rede
pt owner responsavel,proprietario,contacto=0.7
pt end_of_support fim de suporte,fim de vida,fim do suporte
pt notes observacoes,notas,comentarios
cs row_id inventarni cislo,inv cislo,poradove cislo,evidencni cislo,id zarizeni
cs vendor vyrobce,znacka,dodavatel=0.6
cs product produkt,vyrobek,nazev=0.7,nazev produktu,zarizeni,pristroj,nazev pristroje,popis=0.6
cs model model,typ=0.8,typove oznaceni,katalogove cislo,objednaci cislo
cs version verze,verze softwaru,verze firmwaru,verze sw
cs serial seriove cislo,vyrobni cislo,sn
cs quantity pocet,mnozstvi,pocet kusu,ks
cs department oddeleni,klinika=0.6,stredisko=0.6
cs site lokalita,nemocnice,budova=0.7,umisteni=0.7,pracoviste
cs service sluzba,odbornost
cs zone sitova zona,sit=0.7,segment site
cs owner odpovedna osoba,vlastnik,spravce
cs end_of_support konec podpory,podpora do
cs notes poznamka,poznamky,komentar
sk row_id inventarne cislo,evidencne cislo,poradove cislo
sk vendor vyrobca,znacka,dodavatel=0.6
sk product produkt,vyrobok,nazov=0.7,zariadenie,pristroj,nazov zariadenia
sk model model,typ=0.8,katalogove cislo
sk version verzia,verzia softveru,verzia firmveru
sk serial seriove cislo,vyrobne cislo
sk quantity pocet,mnozstvo,pocet kusov
sk department oddelenie,klinika=0.6
sk site lokalita,nemocnica,budova=0.7,pracovisko
sk owner zodpovedna osoba,vlastnik,spravca
sk end_of_support koniec podpory
sk notes poznamka,poznamky
da row_id inventarnummer,lobenummer,apparatnummer,aktivnummer
da vendor producent,fabrikant,maerke,mærke,leverandor=0.6
da product produkt,produktnavn,apparat,udstyr,beskrivelse=0.6,betegnelse,enhed=0.5,navn=0.6
da model model,modelnummer,type=0.7,varenummer,bestillingsnummer
da version version,softwareversion,firmwareversion,programversion
da serial serienummer,serienr
da quantity antal,mængde,stk
da department afdeling,afsnit
da site lokation=0.8,hospital,sygehus,bygning=0.7,matrikel=0.6
da service speciale,klinisk tjeneste
da zone netværkszone,netvaerkszone,netværk=0.7
da owner ansvarlig,ejer,kontaktperson
da end_of_support supportophor,slut på support,supportudlob
da notes bemærkning,bemærkninger,kommentar,noter
sv row_id inventarienummer,inventarienr,lopnummer
sv vendor tillverkare,fabrikat,marke,leverantor=0.6
sv product produkt,produktnamn,utrustning,benamning,apparat,beskrivning=0.6,namn=0.6
sv model modell,modellnummer,typ=0.7,artikelnummer,bestallningsnummer
sv version version,programvaruversion,mjukvaruversion,firmwareversion,programversion
sv serial serienummer,serienr,tillverkningsnummer
sv quantity antal,mangd,st=0.6
sv department avdelning,klinik=0.6,enhet=0.6
sv site plats=0.7,sjukhus,byggnad=0.7,anlaggning=0.6
sv service verksamhet,vardtjanst,specialitet
sv zone natverkszon,natverk=0.7,natverkssegment
sv owner ansvarig,agare,kontaktperson
sv end_of_support supportslut,slut på support,support upphor
sv notes anmarkning,anmarkningar,kommentar,noteringar
fi row_id inventaarionumero,laitenumero,laitetunnus,jarjestysnumero
fi vendor valmistaja,merkki,toimittaja=0.6
fi product tuote,tuotenimi,laite,laitteen nimi,nimike,kuvaus=0.6,nimi=0.6
fi model malli,mallinumero,tyyppi=0.7,tuotenumero,tilausnumero
fi version versio,ohjelmistoversio,laiteohjelmisto,laiteohjelmistoversio
fi serial sarjanumero,sarjanro
fi quantity maara,lukumaara,kpl
fi department osasto,yksikko=0.7
fi site toimipaikka,sairaala,sijainti=0.7,rakennus=0.7
fi service palvelu,erikoisala
fi zone verkkovyohyke,verkko=0.7,verkkosegmentti
fi owner vastuuhenkilo,omistaja,yhteyshenkilo
fi end_of_support tuen paattyminen,tuki paattyy
fi notes huomautus,huomautukset,kommentti,lisatiedot
hu row_id leltari szam,leltarszam,sorszam,azonosito
hu vendor gyarto,marka,szallito=0.6
hu product termek,termeknev,eszkoz,megnevezes,keszulek,nev=0.6,leiras=0.6
hu model modell,tipus=0.8,cikkszam,rendelesi szam,modellszam
hu version verzio,szoftververzio,firmware verzio,szoftver verzio
hu serial sorozatszam,gyari szam,gyariszam
hu quantity mennyiseg,darabszam,db
hu department osztaly,reszleg
hu site telephely,korhaz,epulet=0.7,helyszin=0.7
hu service szolgaltatas,szakterulet
hu zone halozati zona,halozat=0.7
hu owner felelos,tulajdonos,kapcsolattarto
hu end_of_support tamogatas vege,tamogatas lejarata
hu notes megjegyzes,megjegyzesek
ro row_id numar de inventar,nr inventar,numar inventar,nr crt=0.7
ro vendor producator,marca,fabricant,furnizor=0.6
ro product produs,denumire,echipament,dispozitiv,denumire produs,descriere=0.6,aparat
ro model model,tip=0.7,cod produs,numar de catalog
ro version versiune,versiune software,versiune firmware
ro serial numar de serie,nr serie,serie=0.8,serie aparat
ro quantity cantitate,bucati,nr bucati,buc
ro department sectie,departament,compartiment
ro site locatie=0.8,spital,cladire=0.7,sediu
ro service serviciu,specialitate
ro zone zona de retea,retea=0.7
ro owner responsabil,proprietar,gestionar
ro end_of_support sfarsit suport,sfarsitul suportului
ro notes observatii,comentarii,note
hr row_id inventarni broj,redni broj
hr vendor proizvodac,marka,dobavljac=0.6
hr product proizvod,naziv=0.7,uredaj,uređaj,naziv uredaja,oprema,opis=0.6
hr model model,tip=0.7,kataloski broj
hr version verzija,verzija softvera,inacica,verzija firmvera
hr serial serijski broj,tvornicki broj
hr quantity kolicina,broj komada,kom
hr department odjel,klinika=0.6
hr site lokacija=0.8,bolnica,zgrada=0.7
hr owner odgovorna osoba,vlasnik
hr end_of_support kraj podrske
hr notes napomena,napomene,komentar
sl row_id inventarna stevilka,zaporedna stevilka
sl vendor proizvajalec,znamka,dobavitelj=0.6
sl product izdelek,naziv=0.7,naprava,oprema,ime naprave,opis=0.6
sl model model,tip=0.7,kataloska stevilka
sl version razlicica,razlicica programske opreme,verzija
sl serial serijska stevilka,tovarniska stevilka
sl quantity kolicina,stevilo,stevilo kosov
sl department oddelek,klinika=0.6
sl site lokacija=0.8,bolnisnica,stavba=0.7
sl owner odgovorna oseba,lastnik,skrbnik
sl end_of_support konec podpore
sl notes opomba,opombe,komentar
bg row_id инвентарен номер,инв номер,номер=0.5
bg vendor производител,марка,доставчик=0.6
bg product продукт,наименование,апарат,устроиство,оборудване,име=0.6,описание=0.6
bg model модел,тип=0.7,каталожен номер
bg version версия,версия на софтуера,софтуерна версия
bg serial сериен номер,фабричен номер
bg quantity количество,брои
bg department отделение,отдел,клиника=0.6
bg site обект,болница,сграда=0.7,местоположение=0.7
bg owner отговорник,отговорно лице,собственик
bg end_of_support краи на поддръжката
bg notes забележка,забележки,коментар,бележки
el row_id αριθμος απογραφης,κωδικος=0.5,αριθμος παγιου
el vendor κατασκευαστης,μαρκα,εταιρεια=0.5,προμηθευτης=0.6
el product προιον,συσκευη,περιγραφη=0.7,ονομασια,εξοπλισμος,ονομα=0.6
el model μοντελο,τυπος=0.7,κωδικος προιοντος
el version εκδοση,εκδοση λογισμικου
el serial σειριακος αριθμος,αριθμος σειρας
el quantity ποσοτητα,τεμαχια,πληθος
el department τμημα,κλινικη=0.7,μοναδα=0.6
el site νοσοκομειο,κτιριο=0.7,τοποθεσια=0.8
el owner υπευθυνος,ιδιοκτητης
el end_of_support ληξη υποστηριξης,τελος υποστηριξης
el notes παρατηρησεις,σχολια,σημειωσεις
et row_id inventarinumber,inventari number
et vendor tootja,kaubamark
et product toode,seade,nimetus,seadme nimi,kirjeldus=0.6
et model mudel,tuup=0.7
et version versioon,tarkvara versioon,tarkvaraversioon
et serial seerianumber
et quantity kogus,arv=0.6,tk
et department osakond
et site asukoht=0.8,haigla,hoone=0.7
et owner vastutaja,omanik
et end_of_support toe lopp
et notes markused,marge,kommentaar
lv row_id inventara numurs
lv vendor razotajs,zimols
lv product produkts,ierice,nosaukums,iekarta,apraksts=0.6
lv model modelis,tips=0.7
lv version versija,programmaturas versija
lv serial serijas numurs
lv quantity daudzums,skaits
lv department nodala
lv site atrasanas vieta=0.8,slimnica,eka=0.7
lv owner atbildigais,ipasnieks
lv end_of_support atbalsta beigas
lv notes piezimes,komentars
lt row_id inventorinis numeris,inventoriaus numeris
lt vendor gamintojas,prekes zenklas
lt product produktas,irenginys,pavadinimas,prietaisas,aprasymas=0.6
lt model modelis,tipas=0.7
lt version versija,programines irangos versija
lt serial serijos numeris,serijinis numeris
lt quantity kiekis
lt department skyrius
lt site vieta=0.7,ligonine,pastatas=0.7
lt owner atsakingas asmuo,savininkas
lt end_of_support palaikymo pabaiga
lt notes pastabos,komentarai
mt vendor manifattur,marka
mt product prodott,apparat,deskrizzjoni=0.6
mt model mudell
mt version verzjoni
mt serial numru tas serje
mt quantity kwantita
mt department dipartiment
mt site sptar
mt notes rimarki,noti
ga vendor monaroir,branda
ga product tairge,gleas,cur sios=0.6
ga model samhail
ga version leagan
ga serial sraithuimhir
ga quantity cainniocht
ga department roinn
ga site suiomh,ospideal
ga notes notai
`
