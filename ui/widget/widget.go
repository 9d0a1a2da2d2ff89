// Package widget draws parts of a terminal screen: text cut to a width,
// tables, trees, inputs, forms and boxes.
//
// What it draws is exact. A Draw of w cells by h lines answers h lines of w
// cells, whatever the data holds, so that screens are put together by counting
// and nothing can be drawn outside its place.
//
// It must not know the domain, the store or any key binding: rows come from
// sources that know them, and screens call methods when a key was pressed.
// Only what types text (Field, and Form around it) reads keys, because there
// the key is the data. Nothing in the package changes but the widgets
// themselves, since many sessions share the process; a widget belongs to one
// session and is used from its loop only.
package widget
