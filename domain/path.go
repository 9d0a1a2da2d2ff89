package domain

import "strings"

// JoinPath writes names as one path: joined by "/", with a "/" inside a name as
// `\/` and a backslash as `\\`.
func JoinPath(names ...string) string {
	var path strings.Builder
	for i, name := range names {
		if i > 0 {
			path.WriteByte('/')
		}
		for j := range len(name) {
			if name[j] == '/' || name[j] == '\\' {
				path.WriteByte('\\')
			}
			path.WriteByte(name[j])
		}
	}
	return path.String()
}

// SplitPath takes a path apart into the names it was joined from. A backslash
// before any other character stands for itself, and so does one at the end, so
// that every text is a path. Empty text is no names.
func SplitPath(path string) []string {
	if path == "" {
		return nil
	}
	var names []string
	var name strings.Builder
	for i := 0; i < len(path); i++ {
		switch b := path[i]; {
		case b == '\\' && i+1 < len(path) && (path[i+1] == '/' || path[i+1] == '\\'):
			i++
			name.WriteByte(path[i])
		case b == '/':
			names = append(names, name.String())
			name.Reset()
		default:
			name.WriteByte(b)
		}
	}
	return append(names, name.String())
}
