package domain

import (
	"fmt"
	"slices"
)

// DeviceChange is one change of many devices: what makes sense to say of many at
// once. Nil fields stay as they are, and empty ones are emptied.
type DeviceChange struct {
	Make, Model, Type *string
	Year              *int
	AddTags           []string // those that a device has already, in either case, stay as they are
	RemoveTags        []string // in either case
}

// Empty says that nothing is to change.
func (c *DeviceChange) Empty() bool {
	return c.Make == nil && c.Model == nil && c.Type == nil && c.Year == nil && len(c.AddTags) == 0 && len(c.RemoveTags) == 0
}

// CheckDeviceChange puts a change into the form in which it is done, or refuses
// it with an Invalid error on the field that is wrong: "add_tags" and
// "remove_tags" for tags. A change of nothing is refused.
func CheckDeviceChange(c *DeviceChange) error {
	var d Device
	for _, f := range []struct {
		given *string
		kept  *string
	}{{c.Make, &d.Make}, {c.Model, &d.Model}, {c.Type, &d.Type}} {
		if f.given != nil {
			*f.kept = *f.given
		}
	}
	if c.Year != nil {
		d.Year = *c.Year
	}
	if err := CheckDevice(&d); err != nil {
		return err
	}
	checked := DeviceChange{}
	for _, f := range []struct {
		given, kept **string
		text        *string
	}{{&c.Make, &checked.Make, &d.Make}, {&c.Model, &checked.Model, &d.Model}, {&c.Type, &checked.Type, &d.Type}} {
		if *f.given != nil {
			*f.kept = f.text
		}
	}
	checked.Year = c.Year
	var err error
	if checked.AddTags, err = checkTagsOf("add_tags", c.AddTags); err != nil {
		return err
	}
	if checked.RemoveTags, err = checkTagsOf("remove_tags", c.RemoveTags); err != nil {
		return err
	}
	for _, tag := range checked.AddTags {
		if hasTag(checked.RemoveTags, tag) {
			return Errorf(Invalid, "remove_tags", "The tag %q can't be added and taken away at once. Choose one.", tag)
		}
	}
	if checked.Empty() {
		return Errorf(Invalid, "", "Say what to change: tags to add or to take away, make, model, year or type.")
	}
	*c = checked
	return nil
}

// checkTagsOf is CheckTags for a field of another name.
func checkTagsOf(field string, tags []string) ([]string, error) {
	checked, err := CheckTags(tags)
	if err != nil {
		return nil, Errorf(Invalid, field, "%w", err)
	}
	return checked, nil
}

// Of is what a device becomes; its slices are its own. Where that can't be, why
// says so: "33 tags, and a device takes at most 32". The change has been checked.
func (c *DeviceChange) Of(d Device) (changed Device, why string) {
	if c.Make != nil {
		d.Make = *c.Make
	}
	if c.Model != nil {
		d.Model = *c.Model
	}
	if c.Type != nil {
		d.Type = *c.Type
	}
	if c.Year != nil {
		d.Year = *c.Year
	}
	if len(c.AddTags) == 0 && len(c.RemoveTags) == 0 {
		return d, ""
	}
	tags := make([]string, 0, len(d.Tags)+len(c.AddTags))
	for _, tag := range d.Tags {
		if !hasTag(c.RemoveTags, tag) {
			tags = append(tags, tag)
		}
	}
	for _, tag := range c.AddTags {
		if !hasTag(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) > MaxTags {
		return d, fmt.Sprintf("%d tags, and a device takes at most %d", len(tags), MaxTags)
	}
	if d.Tags = tags; len(tags) == 0 {
		d.Tags = nil
	}
	return d, ""
}

// hasTag says whether a tag is among tags, in either case.
func hasTag(tags []string, tag string) bool {
	if slices.Contains(tags, tag) {
		return true
	}
	folded := Fold(tag)
	return slices.ContainsFunc(tags, func(other string) bool { return Fold(other) == folded })
}
