package alert

// CarryOf shows the rule of channels to the tests of its property.
var CarryOf = carry
