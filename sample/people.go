package sample

import "tenantry/domain"

// person is a user of the sample.
type person struct {
	username string
	name     string
	at       string // the customer's path
	groups   domain.Groups
	what     string // for those shown on the sign-in screen
	away     bool   // invited, and hasn't signed in yet
	enrolled bool   // has a second factor
	left     bool   // no longer active
	passive  bool   // has no sign-in: only holds an RFID token
}

const (
	aa  = domain.AccountAdministrator
	fda = domain.FullDeviceAccess
	dm  = domain.DeviceManagement
	nca = domain.NestedCustomerAdministrator
	fm  = domain.FleetManagement
	acm = domain.AccessControlManagement
)

// acmeOwner is who the account is made with.
var acmeOwner = person{username: "ann", name: "Ann Sørensen", what: "owner of Acme Fleet: everything"}

// acmePeople are the others: every group, the pairs that make sense, and one
// that is of no use alone.
var acmePeople = []person{
	{username: "lars", name: "Lars Lindqvist", at: "Acme HQ", groups: aa | nca | fm, what: "administrator of Acme HQ and all below"},
	{username: "nina", name: "Nina Keller", at: "Acme HQ/Central Europe", groups: nca | fm, what: "nested-customer administrator of Central Europe"},
	{username: "tom", name: "Tom Bakke", at: "Acme HQ/Nordics", groups: dm | fda, what: "technician of Nordics: sees and moves devices"},
	{username: "felix", name: "Felix de Vries", at: "Acme HQ/Benelux", groups: fm | fda, what: "fleet manager of Benelux: sees devices, moves none"},
	{username: "dora", name: "Dora Holm", at: "Acme HQ/Nordics/Aarhus Depot", groups: dm, what: "Device Management alone: sees no device, and is told why"},
	{username: "diego", name: "Diego Marín", at: "Acme HQ/Iberia/Madrid", groups: dm | fda, what: "technician of Madrid: enrols a second factor first"},
	{username: "carla", name: "Carla Jensen", at: "Acme HQ", groups: acm, what: "access-control clerk: reads who passed where, and nothing else"},

	{username: "henrik", name: "Henrik Møller", at: "Acme HQ", groups: aa, enrolled: true},
	{username: "lone", name: "Lone Dahl", at: "Acme HQ", groups: fm | fda},
	{username: "cecilie", name: "Cecilie Krogh", at: "Acme HQ/Nordics", groups: aa | nca | fm},
	{username: "sven", name: "Sven Åberg", at: "Acme HQ/Nordics/Stockholm", groups: aa},
	{username: "maja", name: "Maja Nyström", at: "Acme HQ/Nordics/Stockholm/Södermalm", groups: dm | fda},
	{username: "olav", name: "Olav Haugen", at: "Acme HQ/Nordics/Oslo", groups: dm | fda},
	{username: "aino", name: "Aino Virtanen", at: "Acme HQ/Nordics/Helsinki", groups: aa | fda | dm},
	{username: "peder", name: "Peder Bang", at: "Acme HQ/Nordics/Aarhus Depot", groups: aa | nca},
	{username: "kirsten", name: "Kirsten Juhl", at: "Acme HQ/Nordics/Aarhus Depot/Workshop", groups: dm | fda},
	{username: "jonas", name: "Jonas Friis", at: "Acme HQ/Nordics/Aalborg Harbour", groups: fm | fda, what: "fleet manager who is limited to two locations"},
	{username: "emil", name: "Emil Lund", at: "Acme HQ/Nordics/Copenhagen", groups: fda, away: true},
	{username: "ida", name: "Ida Nørgaard", at: "Acme HQ/Nordics/Copenhagen/City Bikes", groups: dm | fda},
	{username: "klaus", name: "Klaus Brandt", at: "Acme HQ/Central Europe", groups: aa | nca},
	{username: "jutta", name: "Jutta Weiß", at: "Acme HQ/Central Europe/Hamburg Port", groups: aa | fda | dm | fm},
	{username: "emre", name: "Emre Yıldız", at: "Acme HQ/Central Europe/Berlin", groups: dm | fda},
	{username: "leonie", name: "Leonie Gruber", at: "Acme HQ/Central Europe/Wien", groups: fm | fda},
	{username: "urs", name: "Urs Zürcher", at: "Acme HQ/Central Europe/Zürich", groups: aa, enrolled: true},
	{username: "zofia", name: "Zofia Łuczak", at: "Acme HQ/Central Europe/Łódź", groups: aa | fda | dm},
	{username: "marek", name: "Marek Wójcik", at: "Acme HQ/Central Europe/Łódź/Cold Chain", groups: dm | fda},
	{username: "sanne", name: "Sanne Bakker", at: "Acme HQ/Benelux", groups: aa | nca | fm},
	{username: "joost", name: "Joost Visser", at: "Acme HQ/Benelux/Rotterdam", groups: dm | fda},
	{username: "elise", name: "Elise Peeters", at: "Acme HQ/Benelux/Antwerpen", groups: fm, left: true},
	{username: "harriet", name: "Harriet Moss", at: "Acme HQ/Britain & Ireland", groups: aa | nca},
	{username: "callum", name: "Callum Reid", at: "Acme HQ/Britain & Ireland/Leeds", groups: dm | fda},
	{username: "aoife", name: "Aoife Byrne", at: "Acme HQ/Britain & Ireland/Dublin", groups: aa | fm | fda},
	{username: "pilar", name: "Pilar Ortega", at: "Acme HQ/Iberia", groups: aa | nca | fm, enrolled: true},
	{username: "ines", name: "Inês Carvalho", at: "Acme HQ/Iberia/Lisboa", groups: aa | fda | dm},
	{username: "luc", name: "Luc Moreau", at: "Acme HQ/France", groups: aa | nca | fm},
	{username: "chloe", name: "Chloé Girard", at: "Acme HQ/France/Lyon", groups: nca, away: true},
	{username: "giulia", name: "Giulia Conti", at: "Acme HQ/Italia/Milano", groups: aa | fda | dm},
	{username: "janis", name: "Jānis Ozols", at: "Acme HQ/Baltics", groups: aa | nca | fda | dm},
	{username: "bent", name: "Bent Kjær", at: "Acme HQ/Nordics/Aarhus Depot", passive: true},
	{username: "rosa", name: "Rosa Prieto", at: "Acme HQ/Iberia/Madrid", passive: true},
	{username: "mette", name: "Mette Ravn", at: "Acme Rental", groups: aa | nca | fm, enrolled: true},
}

var birchOwner = person{username: "bjork", name: "Björk Lind"}

var birchPeople = []person{
	{username: "kalle", name: "Kalle Ek", at: "Birch HQ/Göteborg", groups: dm | fda},
	{username: "tuva", name: "Tuva Sjö", at: "Birch HQ", groups: aa | fda | dm},
}
