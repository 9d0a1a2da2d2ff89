package ui

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
)

// savesFiles gives the person's console a place for files, which is returned.
func (p *person) savesFiles() map[string]string {
	files := make(map[string]string)
	p.console.options.Save = func(name string, write func(io.Writer) error) (string, error) {
		if _, there := files[name]; there {
			return "", domain.Errorf(domain.Conflict, "path", "%s is there already. Choose another name.", name)
		}
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return "", err
		}
		files[name] = b.String()
		return "/files/" + name, nil
	}
	p.console.options.Load = func(name string) (io.ReadCloser, int64, error) {
		text, there := files[name]
		if !there {
			return nil, 0, domain.Errorf(domain.NotFound, "path", "%s can't be read: no such file. Check the name.", name)
		}
		return io.NopCloser(strings.NewReader(text)), int64(len(text)), nil
	}
	return files
}

const fleetFile = `unit_id,name,customer,colour,year
23762a22b7524d896370aacda9d0291f,New van 1,Acme HQ/Nordics,red,2020
23762a22b7524d896370aacda9d0291e,New van 2,Acme HQ/Nordics,red,202
23762a22b7524d896370aacda9d0291f,New van 3,Acme HQ/Nordics,red,2020
23762a22b7524d896370aacda9d0291c,New van 4,Acme HQ/Nordics/Oslo,red,
23762a22b7524d896370aacda9d0291b,New van 5,Acme HQ/Iberia,red,
`

func TestImportingAFile(t *testing.T) {
	p := atDevices(t, "tom")
	p.savesFiles()["fleet.csv"] = fleetFile
	p.press("i", "enter")
	p.sees("unit_id, name, customer", "Type the name of a CSV file, or paste its text.")
	p.types("nowhere.csv")
	p.press("enter")
	p.sees("nowhere.csv can't be read: no such file. Check the name.")
	p.press("ctrl+u")
	p.types("fleet.csv")
	p.press("enter")
	p.sees("From fleet.csv", "2  will be registered", "3  failed", "Columns left out: colour", "not a model year", "no such customer")
	p.goneBackTo("Devices", 634)

	p.press("i")
	p.types("fleet.csv")
	p.press("enter", "y")
	p.sees("2  registered", "3  failed", "Registered 2 devices from fleet.csv.")
	p.press("y")
	p.sees("It is done. esc leads back to the list.")
	p.press("c")
	p.sees("3 lines that failed", "line 3:")
	p.press("esc", "esc")
	p.sees("636 devices")
	p.press("/")
	p.types("new van")
	p.sees("2 of 636 devices", "New van 1", "New van 4")
}

// goneBackTo leaves by esc until the list of devices is there, and looks that
// it still has so many.
func (p *person) goneBackTo(tab string, devices int) {
	p.t.Helper()
	for range 3 {
		if _, there := p.console.body().(*deviceList); !there {
			p.press("esc")
		}
	}
	p.sees(fmt.Sprintf("%d devices", devices))
}

func TestImportingPastedText(t *testing.T) {
	p := atDevices(t, "tom")
	p.savesFiles()
	p.press("i")
	p.pastes(strings.ReplaceAll(fleetFile, "\n", "\r\n"))
	p.sees("From the text you pasted", "2  will be registered", "3  failed")
	p.press("y")
	p.sees("2  registered")
	p.goneBackTo("Devices", 636)

	p.press("i")
	p.pastes("fleet.csv")
	p.sees("File  fleet.csv")
	p.press("ctrl+u")
	p.pastes("name,make\nVan,VW\n")
	p.sees("The first line names no column unit_id.")
	p.pastes("unit_id\nzzz\n")
	p.sees("0  will be registered", "1  failed")
	p.press("y")
	p.sees("No line is good.")
}

func TestImportingTextThatComesInPieces(t *testing.T) {
	p := atDevices(t, "tom")
	p.savesFiles()
	p.press("i")
	text := fleetFile
	for len(text) > 0 {
		n := min(37, len(text))
		p.send(tea.PasteMsg{Content: p.console.pastes.put(paste{text: text[:n], burst: true})})
		text = text[n:]
	}
	p.sees("2  will be registered", "3  failed")
	p.press("y")
	p.sees("Register 2 devices?")
	p.press("y")
	p.sees("2  registered")
}

func TestImportingTooMuchText(t *testing.T) {
	p := atDevices(t, "tom")
	p.savesFiles()
	p.press("i")
	p.pastes("unit_id\n" + strings.Repeat("x", domain.MaxPasteBytes))
	p.sees("That is more than 8 MiB. Nothing of it was taken")
}

func TestImportingWhereThereIsNoPlaceForFiles(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("i")
	p.sees("this does it: tenantry devices")
	p.press("enter")
	p.sees("This console has no place for files. Paste the text of the file instead.")
	p.pastes(fleetFile)
	p.sees("2  will be registered")
	p.press("esc")
	p.sees("Or paste the text")
}

func TestWhatWasExportedCanBeImported(t *testing.T) {
	p := atDevices(t, "tom")
	files := p.savesFiles()
	p.press("x", "enter")
	p.sees("Wrote 634 devices")
	var text string
	for _, text = range files {
	}
	p.press("esc", "i")
	p.pastes(text)
	p.sees("0  will be registered", "634  failed", "registered already")
}

func TestAnImportThatIsStopped(t *testing.T) {
	p := atDevices(t, "tom")
	held := &heldFile{Reader: strings.NewReader(fleetFile), open: make(chan struct{})}
	p.console.options.Load = func(string) (io.ReadCloser, int64, error) { return held, int64(len(fleetFile)), nil }
	p.press("i")
	p.types("fleet.csv")
	p.send(keyNamed("enter"))
	p.sees("Checking fleet.csv", "esc stops it. Nothing is written yet.")
	p.send(keyNamed("esc"))
	close(held.open)
	p.settles()
	p.sees("Stopped. Nothing was changed.", "File")
}

// heldFile can't be read before it is opened.
type heldFile struct {
	*strings.Reader
	open chan struct{}
}

func (f *heldFile) Read(b []byte) (int, error) {
	<-f.open
	return f.Reader.Read(b)
}

func (f *heldFile) Close() error { return nil }
