package ransom

// ordinaryWord are words of daily language that groups also call themselves.
// As a name they count fully only where the text uses them as one ("Play
// ransomware", "Hive team").
var ordinaryWord = set(`one two three four five six seven eight nine ten first last final zero root bit byte core stop start done go run red green blue black white grey gray
	orange pink purple silver gold golden dark light bright shadow ghost spirit soul angel devil evil good bad alpha beta gamma delta epsilon zeta eta theta kappa lambda sigma omega
	iota phi rho tau protected offline online locked lock locker unlock unlocked encrypt encrypted crypt crypto decrypt cipher key code secret hidden silent quiet open closed free
	blank empty full dot line point global world earth moon sun star sky sea ocean river mountain island storm rain snow ice fire flame wind cloud fog thunder lightning flood
	wave desert forest tree leaf flower rose homeland home house room door window wall damage magic clock time day night week month year today tomorrow hour minute second cmd
	command shell script php python ruby java salsa dance music play game sport chess card dice waiting wait fake real unsafe safe safety security deadlock desktop laptop server
	network system data file files folder document documents photo picture video mail mailto email message letter note info information help support service payload assembly
	purge clean wipe entropy atom nuke bomb rocket laser frozen cold hot warm dumb stupid smart mini micro macro maxi big small giant tiny demo test sample example turkish russian
	korean czech polish brazilian german french english spanish italian chinese indian arabic iranian hungarian evolution revolution mimic poison sad happy crying angry crazy mad
	hunt hunter hunters killer fighter warrior knight king queen prince lord master boss chief captain judge police guard agent spy extractor serpent snake viper cobra python
	dragon tiger lion wolf bear fox cat dog rat mouse horse bull eagle hawk falcon owl raven crow bird fish shark whale orca spider bee ant bug worm frog turtle tortoise monkey
	gorilla kangaroo panda jaguar leopard panther scorpion chip phantom surprise fusion quantum crystal diamond pearl opal jade amber stone rock iron steel metal copper lead
	carbon oxygen helium radar sonar prism mirror glass chaos order peace war love hate life death dead hell heaven paradise prison storm boom blast crash rush power force energy
	electric magnetic gravity survey agenda plan project program programme software tool tools update upgrade version release patch patcher scraper zip zipper archive backup
	restore recovery recover return back forward next gate bridge castle tower temple city town village street road path way end begin cross circle square triangle shape pattern
	fractal matrix vector vortex tornado cyclone hurricane volcano comet meteor planet mercury venus mars jupiter saturn neptune pluto galaxy universe cosmos space nova eclipse
	pear apple banana cherry lemon orange mango potato tomato pepper salt sugar bread cake cookie coffee tea beer wine water milk honey gingerbread christmas thanksgiving easter
	halloween birthday party gift present friend enemy brother sister mother father baby child boy girl man woman people human robot android machine engine motor car truck train
	plane ship boat submarine bike helmet mask hat shirt shoe glove coat gun knife sword arrow shield hammer axe saw nail screw rope chain gear wheel spring fall autumn summer
	winter north south east west left right top bottom high low fast slow old new young early late easy hard simple complex single double triple random unique special general
	private public personal common normal standard basic advanced professional premium extra ultra super mega hyper groove razor flamingo phoenix unicorn ramp mole amnesia
	memory dream sleep wake alarm alert warning danger attention error fault failure success victory defeat win lose lost found missing empire kingdom republic state nation union
	federal national international regional local central medical hospital clinic doctor nurse patient medicine health cactus hive nest royal noble fox snatch interlock nitrogen
	trinity everest embargo rescue hello hi bye thanks sorry please welcome goodbye attacker victim hacker hacked hack payment pay money cash dollar euro coin coins bank price
	inc beast donut karma knight relic prometheus slug sugar schoolboys underground maze conti cheers tripwire anonymous unknown nobody noname everyone somebody resurrection
	eternal exotic tilde abcd qwerty redact forma pico btc vhd tron loki`)
