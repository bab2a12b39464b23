package match

// generic are words that name a kind of thing, a place or a state, not a
// product. Either side may add or omit them. Words that tell products of one
// maker apart (viewer, editor, server, client, manager, gateway, controller,
// pro, plus) are not here.
var generic = wordSet(fold(deviceKinds) + `
system systems systeme sistema systeem device devices equipment product products unit units series serie family
software firmware application applications app apps program version versions release model models modell modele modelo
type typ the a an of for and or with the in on by from und fur mit der die das von et de du des la le les pour avec e con per y el los en met voor van
prior earlier below older lower later newer above higher before until since up
all any incl including include included variants variant edition
medical medizinisch medizinisches medizinische healthcare health hospital krankenhaus klinik clinic clinical
monitor monitors moniteur moniteurs monitore monitoring patientenmonitor patientenuberwachung uberwachungsmonitor uberwachung bedside
patient patients patienten pacjenta paziente pazienti paciente pacientes inkl inklusive pump pumps pumpe pumpen pompe pompes pompa bomba infusion infusionspumpe infusionspumpen infusions spritzenpumpe syringe perfusion volumetric
insulin insulinpumpe ventilator ventilators beatmungsgerat beatmung respirateur ventilateur anesthesia anasthesie anaesthesia anasthesiegerat narkosegerat
ultrasound ultraschall ultraschallgerat echographe ecografo ecg ekg electrocardiograph elektrokardiograph resting cardiograph cardiographs
defibrillator defibrillateur implantable icd pacemaker herzschrittmacher
scanner gerat gerate geraet geraete appareil appareils dispositif apparecchio dispositivo apparaat gerad maschine machine
anlage einheit steuerung rechner computer
imaging bildgebung analyzer analyser analysegerat analyseur
dialysis hemodialysis haemodialysis dialyse dialysegerat hamodialyse programmiergerat worn telemetrie infusionsgerat ekggerat ruhe
gammakamera rontgen rontgengerat kamera camera chirurgie hochfrequenz hf
new neu neue alt old gebraucht defekt reserve ersatz spare
icu its intensiv intensivstation notaufnahme op radiologie radiology zentrale abteilung department zimmer room raum bett bed lab labor kardiologie
mobil portable tragbar wireless wlan
rechnung inventar leihgerat demo test
plc sps automate engines controllers processors switch switches router routers readers gateways cameras printers panels workstations programmers sensors transmitters receivers terminals displays adapters transformers
equipo equipos equipamento dispositivos aparelho aparato aparat logiciel logiciels programme programmes programma programa program programm programa oprogramowanie
urzadzenie zarizeni zariadenie keszulek rendszer laite laitteisto jarjestelma apparat apparater utrustning udstyr utstyr seade susteem ierice sistema naprava uredaj sustav
συστημα συσκευη устройство система monitoriu potilasmonitori patientovervagning patientovervakning pompka pumppu infuusiopumppu infusionspump infusionspumpe
pompa infusione infuzyjna infuzni infuzios respirator respirators wentylator kardiomonitor ultrasonograf ultralyd ultraljud ultraaani ecografo echografie defibrylator
healthineers gmbh inc llc ltd limited ag kg kgaa corp corporation co company plc mbh
`)

// weak are words that carry a little: they do not join two names alone.
var weak = wordSet(`
server client viewer editor manager workstation gateway controller control data platform web cloud network central station
professional pro plus enterprise standard basic advanced express lite suite tool tools portal service services link connect
essential current promote version ap mini dicom pacs ct mr mri telemetry receiver module modules interface display programmer
ethernet industrial communication communications operating management information center centre digital analog radio power energy security video access card
automation accessory accessories zubehor accessoire accessoires accessori accesorios toebehoren toolkit operator panel panels engineering runtime configuration remote smart micro mobile modul module modulo
`)

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range plainWords(s) {
		m[w] = true
	}
	return m
}
