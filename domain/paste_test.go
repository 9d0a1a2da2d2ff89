package domain

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const (
	unitOne = "23762a22-b752-4d89-6370-aacda9d029ab"
	unitTwo = "a1eeabbd-f29c-0011-8899-0123456789ab"
)

// spoken writes rows the way the tests below compare them: line, what it is.
func spoken(rows []PasteRow) []string {
	var out []string
	for _, row := range rows {
		text := fmt.Sprintf("%d ", row.Line)
		switch row.Form {
		case PasteFull:
			text += "full " + ID(row.ID).String()[:4]
		case PastePrefix:
			text += "prefix " + hex.EncodeToString(row.ID[:])[:row.Digits]
		case PasteMalformed:
			text += "malformed: " + row.Why
		}
		if row.RepeatOf > 0 {
			text += fmt.Sprintf(", repeats %d", row.RepeatOf)
		}
		if row.Ignored > 0 {
			text += fmt.Sprintf(", ignored %d", row.Ignored)
		}
		out = append(out, text)
	}
	return out
}

func TestParsePaste(t *testing.T) {
	plain := strings.ReplaceAll(unitOne, "-", "")
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"blank lines", "\n \r\n\t\r,\n;;\n\"\"\n---\n\ufeff", nil},
		{"one a line", unitOne + "\n" + unitTwo, []string{"1 full 2376", "2 full a1ee"}},
		{"line ends", unitOne + "\r\n\r\n" + unitTwo + "\r" + unitOne + "\r", []string{"1 full 2376", "3 full a1ee", "4 full 2376, repeats 1"}},
		{"spellings", strings.ToUpper(unitOne) + "\n" + plain + "\n{" + unitOne + "}\n\"" + unitOne + "\"\n“" + unitOne + "”\n'" + plain + "'\n<" + unitOne + ">.\nurn:uuid:" + unitOne + "\n0x" + plain,
			[]string{"1 full 2376", "2 full 2376, repeats 1", "3 full 2376, repeats 1", "4 full 2376, repeats 1", "5 full 2376, repeats 1", "6 full 2376, repeats 1", "7 full 2376, repeats 1", "8 full 2376, repeats 1", "9 full 2376, repeats 1"}},
		{"space around", "\ufeff \u00a0\t" + unitOne + " \u00a0\u200b\r\n", []string{"1 full 2376"}},
		{"other dashes", strings.ReplaceAll(unitOne, "-", "–") + "\n" + strings.ReplaceAll(unitOne, "-", "\u2011"), []string{"1 full 2376", "2 full 2376, repeats 1"}},
		{"broken by a web page", strings.Replace(unitOne, "-", "-\u200b", 1), []string{"1 full 2376"}},
		{"groups with spaces", strings.ReplaceAll(unitOne, "-", " "), []string{"1 full 2376"}},
		{"commas", unitOne + ", " + unitTwo, []string{"1 full 2376", "1 full a1ee"}},
		{"semicolons", unitOne + ";" + unitTwo + ";", []string{"1 full 2376", "1 full a1ee"}},
		{"tabs", unitOne + "\t" + unitTwo, []string{"1 full 2376", "1 full a1ee"}},
		{"spaces", unitOne + "  " + unitTwo, []string{"1 full 2376", "1 full a1ee"}},
		{"spaces in a list", unitOne + " " + unitTwo + ", a1eeabbd", []string{"1 full 2376", "1 full a1ee", "1 prefix a1eeabbd"}},
		{"JSON", "[\n  \"" + unitOne + "\",\n  \"" + unitTwo + "\"\n]", []string{"2 full 2376", "3 full a1ee"}},
		{"SQL", "('" + unitOne + "', '" + unitTwo + "')", []string{"1 full 2376", "1 full a1ee"}},
		{"bullets", "- " + unitOne + "\n* a1eeabbd\n• " + unitTwo, []string{"1 full 2376", "2 prefix a1eeabbd", "3 full a1ee"}},
		{"numbered", "1. " + unitOne + "\n2) " + unitTwo, []string{"1 full 2376, ignored 1", "2 full a1ee, ignored 1"}},
		{"markdown table", "| unit_id | name |\n|---|---|\n| " + unitOne + " | Van |", []string{"3 full 2376, ignored 1"}},

		{"prefixes", "a1eeabbd\nA1EEABBD-F29C\na1eeabb\n" + plain[:31], []string{"1 prefix a1eeabbd", "2 prefix a1eeabbdf29c", "3 malformed: 7 hex digits, and a prefix takes 8", "4 prefix " + plain[:31]}},
		{"repeated prefixes", "a1eeabbd\nA1EE-ABBD\na1eeabbd0\na1eeabbd00", []string{"1 prefix a1eeabbd", "2 prefix a1eeabbd, repeats 1", "3 prefix a1eeabbd0", "4 prefix a1eeabbd00"}},
		{"cut off", unitOne[:34], []string{"1 malformed: 30 hex digits, not 32"}},
		{"too long", unitOne + "0", []string{"1 malformed: 33 hex digits, not 32"}},
		{"slips", strings.Replace(unitOne, "0", "o", 1) + "\n" + strings.Replace(unitOne, "7", "l", 1) + "\n" + strings.Replace(unitOne, "b", "g", 1),
			[]string{"1 malformed: o is no hex digit: is it a 0?", "2 malformed: l is no hex digit: is it a 1?", "3 malformed: g is no hex digit"}},
		{"words", "Van 12\nhello", []string{"1 malformed: no ID in this line", "2 malformed: not an ID"}},
		{"escape", "\x1b[31m" + unitOne, []string{"1 malformed: m is no hex digit"}},
		{"not UTF-8", "\xff\xfe" + unitOne, []string{"1 malformed: an unprintable character in it"}},

		{"header", "unit_id\n" + unitOne, []string{"2 full 2376"}},
		{"header, late", "\n\n\"Unit ID\"\n" + unitOne, []string{"4 full 2376"}},
		{"header of devices", "Device\n" + unitOne, []string{"2 full 2376"}},
		{"no header", "My vans\n" + unitOne, []string{"1 malformed: no ID in this line", "2 full 2376"}},
		{"header that isn't first", unitOne + "\nunit_id", []string{"1 full 2376", "2 malformed: not an ID"}},
		{"table", "name\tunit_id\timei\nVan, blue\t" + unitOne + "\t356938035643809\nBus\t" + unitTwo[:34] + "\t\n\t\t\nCar\t\t356938035643809",
			[]string{"2 full 2376, ignored 2", "3 malformed: 30 hex digits, not 32, ignored 1", "5 malformed: no ID in its column"}},
		{"table, first column empty", "name\tunit_id\n\t" + unitOne, []string{"2 full 2376"}},
		{"table with quotes", "\"name\",\"Unit ID\"\n\"Acme, \"\"the\"\" first\",\"" + unitOne + "\"", []string{"2 full 2376, ignored 1"}},
		{"table of devices", "id,device,unit_id\n" + unitTwo + ",Van," + unitOne, []string{"2 full 2376, ignored 2"}},
		{"table, added by hand", "name;unit_id\nVan;" + unitOne + "\n" + unitTwo + "\na1eeabbd", []string{"2 full 2376, ignored 1", "3 full a1ee", "4 prefix a1eeabbd"}},
		{"table without header", "Van\t" + unitOne + "\t356938035643809\t2019\nBus\t-\tblue", []string{"1 full 2376, ignored 3", "2 malformed: no ID in this line"}},
		{"prefixes beside words", "Van, a1eeabbd, 2019", []string{"1 prefix a1eeabbd, ignored 2"}},
		{"list with a word", unitOne + ", hello, " + unitTwo, []string{"1 full 2376", "1 malformed: not an ID", "1 full a1ee"}},
		{"table with a slip", "Van, " + unitOne + ", " + unitTwo[:34], []string{"1 full 2376, ignored 1", "1 malformed: 30 hex digits, not 32"}},
		{"ID in a sentence", "please move " + unitOne + " today; thanks", []string{"1 full 2376, ignored 4"}},
	} {
		rows, err := ParsePaste(tt.text)
		if got := spoken(rows); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v\n got %q\nwant %q", tt.name, err, got, tt.want)
		}
	}
}

func TestPasteInput(t *testing.T) {
	rows, err := ParsePaste("  \"" + strings.ToUpper(unitOne) + "\" ,\tfoo bar ; a1ee abbd\r\nVan\u00a0\tblue \n")
	var inputs []string
	for _, row := range rows {
		inputs = append(inputs, row.Input)
	}
	want := []string{`"` + strings.ToUpper(unitOne) + `"`, "Van\u00a0\tblue"}
	if err != nil || !slices.Equal(inputs, want) {
		t.Errorf("%q, want %q", inputs, want)
	}
}

func TestPasteRange(t *testing.T) {
	rows, _ := ParsePaste(unitOne + "\na1eeabbd\na1eeabbd0")
	for i, want := range [][2]string{
		{strings.ReplaceAll(unitOne, "-", ""), strings.ReplaceAll(unitOne, "-", "")},
		{"a1eeabbd000000000000000000000000", "a1eeabbdffffffffffffffffffffffff"},
		{"a1eeabbd000000000000000000000000", "a1eeabbd0fffffffffffffffffffffff"},
	} {
		first, last := rows[i].Range()
		if got := [2]string{hex.EncodeToString(first[:]), hex.EncodeToString(last[:])}; got != want {
			t.Errorf("row %d: %v, want %v", i, got, want)
		}
	}
}

// TestPasteLimits: beyond a limit it is nothing at all, at it everything.
func TestPasteLimits(t *testing.T) {
	text := pasteOf(MaxPasteIDs, false)
	if rows, err := ParsePaste(text); err != nil || len(rows) != MaxPasteIDs || rows[len(rows)-1].Line != MaxPasteIDs {
		t.Error(len(rows), err)
	}
	for name, text := range map[string]string{
		"IDs":             text + unitOne,
		"IDs in one line": strings.Repeat("a1eeabbd,", MaxPasteIDs+1),
		"malformed":       strings.Repeat("x\n", MaxPasteIDs+1),
		"words":           strings.Repeat("x ", MaxPasteIDs+1),
		"bytes":           strings.Repeat(" ", MaxPasteBytes) + "x",
	} {
		rows, err := ParsePaste(text)
		if rows != nil || KindOf(err) != Invalid || field(err) != "ids" || !strings.Contains(err.Error(), "Nothing was taken") {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
	if rows, err := ParsePaste(strings.Repeat(" ", MaxPasteBytes)); rows == nil || len(rows) != 0 || err != nil {
		t.Error("blank:", len(rows), err)
	}
}

// TestPasteCounts writes known rows in any spelling and separation, and expects
// each of them back in order, on its line, with its repetitions.
func TestPasteCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var want []string
		seen := map[string]int{}
		line := 1
		if rapid.Bool().Draw(t, "BOM") {
			text.WriteString("\ufeff")
		}
		if rapid.Bool().Draw(t, "header") {
			text.WriteString(rapid.SampledFrom([]string{"unit_id\n", "Unit ID\r", "\"Device ID\"\r\n"}).Draw(t, "title"))
			line++
		}
		for range rapid.IntRange(0, 30).Draw(t, "rows") {
			digits := rapid.StringMatching("[0-4]{8}[0-9a-f]{24}").Draw(t, "digits")
			if rapid.Bool().Draw(t, "again") {
				digits = "0123456789abcdef0123456789abcdef"
			}
			wrap := rapid.SampledFrom([]string{"%s", "\"%s\"", "'%s'", " %s ", "{%s}", "“%s”", "\u00a0%s"}).Draw(t, "wrap")
			word := digits
			switch rapid.IntRange(0, 3).Draw(t, "form") {
			case 0:
				word = digits[:rapid.IntRange(8, 31).Draw(t, "length")]
				digits = word
				want = append(want, fmt.Sprintf("%d prefix %s", line, digits))
			case 1:
				word = digits + "00"
				digits = ""
				want = append(want, fmt.Sprintf("%d malformed: 34 hex digits, not 32", line))
			case 2:
				word = dashed(UnitID(mustHex(digits)))
				fallthrough
			case 3:
				want = append(want, fmt.Sprintf("%d full %s", line, digits[:4]))
			}
			if first := seen[digits]; first > 0 && digits != "" {
				want[len(want)-1] += fmt.Sprintf(", repeats %d", first)
			} else {
				seen[digits] = line
			}
			if rapid.Bool().Draw(t, "upper") {
				word = strings.ToUpper(word)
			}
			fmt.Fprintf(&text, wrap, word)
			end := rapid.SampledFrom([]string{"\n", "\r\n", "\r", ",", ";", "\t", ", ", " | ", "\n\n"}).Draw(t, "end")
			text.WriteString(end)
			line += strings.Count(strings.ReplaceAll(strings.ReplaceAll(end, "\r\n", "\n"), "\r", "\n"), "\n")
		}
		rows, err := ParsePaste(text.String())
		if got := spoken(rows); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q: %v\n got %q\nwant %q", text.String(), err, got, want)
		}
	})
}

func mustHex(digits string) (b [16]byte) {
	if _, err := hex.Decode(b[:], []byte(digits)); err != nil {
		panic(err)
	}
	return b
}

// FuzzParsePaste: whatever is pasted, no line that holds something goes without
// a row, but for one header; and no whole ID on a line goes without one.
func FuzzParsePaste(f *testing.F) {
	for _, seed := range []string{
		unitOne, "a1eeabbd,b2\n\r\x00", "unit_id;name\n" + unitOne + ";x", "\"a\"\"b\",\"" + unitOne, "\xff\xfe\u200b,\u2028", "[\"" + unitOne + "\"]",
		"name\tid\n\t" + unitOne + "\nx", strings.ReplaceAll(unitOne, "-", " "), "1. " + unitOne, "Device\r\r\n,\"\n" + unitTwo,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := ParsePaste(text)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n")
		byLine := map[int][]PasteRow{}
		for i, row := range rows {
			byLine[row.Line] = append(byLine[row.Line], row)
			checkRow(t, rows, i, lines)
		}
		headers := 0
		for i, line := range lines {
			if strings.IndexFunc(line, func(r rune) bool { return r < 0x80 && isAlphanumeric(byte(r)) }) >= 0 && len(byLine[i+1]) == 0 {
				if headers++; headers > 1 {
					t.Errorf("line %d, %q, is lost", i+1, line)
				}
			}
			if headers > 0 { // its columns may leave out others
				continue
			}
			for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t,;|", r) }) {
				if _, ok := parseHex128(word); ok && !slices.ContainsFunc(byLine[i+1], func(row PasteRow) bool { return strings.Contains(row.Input, word) }) {
					t.Errorf("%q of line %d is lost", word, i+1)
				}
			}
		}
	})
}

func checkRow(t *testing.T, rows []PasteRow, i int, lines []string) {
	row := rows[i]
	switch {
	case row.Line < 1 || row.Line > len(lines) || !strings.Contains(lines[row.Line-1], row.Input) || row.Input == "":
		t.Errorf("row %+v isn't on its line", row)
	case i > 0 && row.Line < rows[i-1].Line:
		t.Errorf("row %+v is out of order", row)
	case row.Form == PasteFull && row.Digits != 32, row.Form == PastePrefix && (row.Digits < 8 || row.Digits > 31):
		t.Errorf("row %+v has a wrong number of digits", row)
	case (row.Form == PasteMalformed) != (row.Why != "") || row.Form == PasteMalformed && (row.RepeatOf != 0 || row.Digits != 0):
		t.Errorf("row %+v: why?", row)
	case row.RepeatOf > row.Line || Clean(row.Why) != row.Why:
		t.Errorf("row %+v repeats what comes later, or says so uncleanly", row)
	}
	first, last := row.Range()
	if row.Form != PasteMalformed && slices.Compare(first[:], last[:]) > 0 {
		t.Errorf("row %+v has no range", row)
	}
}
