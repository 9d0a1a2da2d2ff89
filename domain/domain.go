// Package domain says what is true in Tenantry: the account and its tree of
// customers, users and what their groups give them, devices, locations, and
// the rules between them. It parses and checks what people type.
//
// It is pure: it reads no file and no clock, draws no random number, and knows
// nothing of bbolt, terminals or networks. Whoever calls it passes in what it
// needs and stores what it answers.
package domain
