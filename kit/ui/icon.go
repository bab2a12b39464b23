package ui

// Icon names a picture of the sprite. The asset build puts exactly the names of
// this file into the sprite. An icon never stands alone: a word is beside it.
type Icon string

// The icons in use.
const (
	IconNone     Icon = ""
	IconArrow    Icon = "corner-arrow"
	IconAlert    Icon = "notification"
	IconBook     Icon = "book"
	IconCalendar Icon = "calendar"
	IconCheck    Icon = "check"
	IconClock    Icon = "clock"
	IconClose    Icon = "close"
	IconCopy     Icon = "copy"
	IconData     Icon = "data"
	IconDone     Icon = "check-filled"
	IconDownload Icon = "download"
	IconEdit     Icon = "edit"
	IconError    Icon = "error"
	IconExternal Icon = "external"
	IconEye      Icon = "eye"
	IconFile     Icon = "file"
	IconFilter   Icon = "settings"
	IconGlobe    Icon = "global"
	IconGrowth   Icon = "growth"
	IconInfo     Icon = "information"
	IconList     Icon = "list"
	IconMail     Icon = "email"
	IconMenu     Icon = "hamburger"
	IconMinus    Icon = "minus"
	IconOrg      Icon = "organigram"
	IconPlace    Icon = "location"
	IconPlus     Icon = "plus"
	IconPrint    Icon = "print"
	IconRule     Icon = "regulation"
	IconSearch   Icon = "search"
	IconShare    Icon = "share"
	IconSignIn   Icon = "log-in"
	IconTag      Icon = "tag"
	IconTrash    Icon = "trash"
	IconUpload   Icon = "upload"
	IconUser     Icon = "logged-in"
	IconWarning  Icon = "warning"
)
