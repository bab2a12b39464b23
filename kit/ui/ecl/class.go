// Package ecl is the one place that knows the class names of the design system
// (ECL 5.3.1, EU preset). Its successor will have other names: then this file
// changes and no page does. A test forbids these names elsewhere, and the
// asset build drops every rule of the design system that is not named here.
package ecl

// Buttons. All are at least 44 px high (WCAG 2.5.5 size, UX rule 6).
const (
	ButtonPrimary   = "ecl-button ecl-button--primary w-button"
	ButtonSecondary = "ecl-button ecl-button--secondary w-button w-button--quiet"
	ButtonUrgent    = "ecl-button ecl-button--primary ecl-button--highlight w-button w-button--urgent"
	ButtonDanger    = "ecl-button ecl-button--primary w-button w-button--danger"
	ButtonPlain     = "ecl-button ecl-button--tertiary w-button w-button--plain"
)

// Icons; the size classes set width and height of the SVG.
const (
	IconS = "ecl-icon ecl-icon--s w-icon"
	IconM = "ecl-icon ecl-icon--m w-icon"
	IconL = "ecl-icon ecl-icon--l w-icon"
)

// Notifications: one class list for each tone.
const (
	NoticeInfo    = "ecl-notification ecl-notification--info w-notice w-notice--info"
	NoticeSuccess = "ecl-notification ecl-notification--success w-notice w-notice--success"
	NoticeWarning = "ecl-notification ecl-notification--warning w-notice w-notice--warning"
	NoticeError   = "ecl-notification ecl-notification--error w-notice w-notice--danger"
	NoticeIcon    = "ecl-icon ecl-icon--l ecl-notification__icon w-icon"
	NoticeContent = "ecl-notification__content w-notice__content"
	NoticeTitle   = "ecl-notification__title w-notice__title"
	NoticeText    = "ecl-notification__description w-notice__text"
)

// Forms.
const (
	Group     = "ecl-form-group w-field"
	Label     = "ecl-form-label w-label"
	Optional  = "ecl-form-label__optional w-optional"
	Help      = "ecl-help-block w-hint"
	Feedback  = "ecl-feedback-message w-error"
	FieldIcon = "ecl-icon ecl-icon--s ecl-feedback-message__icon w-icon"

	TextInput        = "ecl-text-input w-input"
	TextInputInvalid = "ecl-text-input--invalid"
	TextArea         = "ecl-text-area w-input w-area"
	TextAreaInvalid  = "ecl-text-area--invalid"

	SelectBox     = "ecl-select__container w-select"
	SelectInvalid = "ecl-select__container--invalid"
	Select        = "ecl-select"
	SelectIcon    = "ecl-select__icon"
	SelectArrow   = "ecl-icon ecl-icon--s ecl-icon--inverted ecl-icon--rotate-180"

	Radio           = "ecl-radio w-choice"
	RadioInvalid    = "ecl-radio--invalid"
	RadioInput      = "ecl-radio__input"
	RadioLabel      = "ecl-radio__label"
	RadioBox        = "ecl-radio__box"
	RadioBoxInvalid = "ecl-radio__box--invalid"
	RadioInner      = "ecl-radio__box-inner"

	Checkbox        = "ecl-checkbox w-choice"
	CheckboxInvalid = "ecl-checkbox--invalid"
	CheckboxInput   = "ecl-checkbox__input"
	CheckboxLabel   = "ecl-checkbox__label"
	CheckboxBox     = "ecl-checkbox__box"
	CheckboxIcon    = "ecl-icon ecl-icon--s ecl-checkbox__icon"
)

// Tables.
const (
	Table       = "ecl-table ecl-table--simple ecl-table--zebra w-table"
	TableHead   = "ecl-table__head"
	TableBody   = "ecl-table__body"
	TableRow    = "ecl-table__row"
	TableHeader = "ecl-table__header"
	TableCell   = "ecl-table__cell"
)

// Links.
const (
	Link           = "ecl-link ecl-link--primary"
	LinkStandalone = "ecl-link ecl-link--standalone w-link"
)
