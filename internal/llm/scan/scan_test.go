package scan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/internal/llm/scan"
)

var texts = []string{
	`{"a":[1,-2.5e+3,0.1,{"b":null}],"c":true,"d":false,"e":"x\n\u00e9\ud83d\ude00"}`,
	`[]`, `{}`, ` "a" `, `-0`, `01`, `1.`, `1e`, `nul`, `truefalse`, `{"a"}`, `[1,]`, `"\x"`, `"\u12g4"`, "\"\x01\"", `{"a":1}}`,
	`[[[[[[[[[[]]]]]]]]]]`, ``,
}

// FuzzSkip: what Skip passes over is valid JSON, and all valid JSON that is not
// too deep is passed over.
func FuzzSkip(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s scan.Scanner
		// A value has to be followed by something, so it is put in a list.
		inList := append(append([]byte("["), data...), ']')
		s.Reset(inList)
		got := s.Skip() && s.End()
		if got && !json.Valid(inList) {
			t.Errorf("%q was passed over", inList)
		}
		if depth := deepest(data); !got && json.Valid(inList) && depth < 20 {
			t.Errorf("%q was not passed over", inList)
		}
	})
}

func deepest(data []byte) int {
	depth, most := 0, 0
	for _, c := range data {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		most = max(most, depth)
	}
	return most
}

// FuzzText: a text that is accepted is the one that encoding/json reads.
func FuzzText(f *testing.F) {
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s scan.Scanner
		s.Reset(append(data, ' '))
		var got, want string
		if !s.Text(&got) || !s.End() {
			return
		}
		if err := json.Unmarshal(data, &want); err != nil || got != want {
			t.Errorf("%q reads as %q, want %q (%v)", data, got, want, err)
		}
	})
}

func TestFields(t *testing.T) {
	t.Parallel()
	var s scan.Scanner
	s.Reset([]byte(` { "n" : 12 , "t" : "a\tb" , "o" : {"x":null} } `))
	number, text := -1, ""
	keys := ""
	ok := s.Fields(func(key []byte) bool {
		keys += string(key)
		switch string(key) {
		case "n":
			return s.Index(&number)
		case "t":
			return s.Text(&text)
		default:
			return s.Skip()
		}
	})
	if !ok || !s.End() || number != 12 || text != "a\tb" || keys != "nto" {
		t.Errorf("%v: %d, %q, keys %q", ok, number, text, keys)
	}
}

// TestEveryByteEverywhere: wherever in a string any two bytes stand, it is read as
// encoding/json reads it, or not at all.
func TestEveryByteEverywhere(t *testing.T) {
	t.Parallel()
	const length = 20
	odd := []byte{0, 0x1f, ' ', '!', '"', '#', '[', '\\', ']', 'n', 0x7f, 0x80, 0xa2, 0xdc, 0xff}
	for at := range length {
		for first := range 256 {
			for _, second := range odd {
				text := []byte(`"` + strings.Repeat("x", length+1) + `" `)
				text[1+at], text[2+at] = byte(first), second
				var s scan.Scanner
				s.Reset(text)
				var got, want string
				if !s.Text(&got) || !s.End() {
					continue
				}
				if err := json.Unmarshal(text, &want); err != nil || got != want {
					t.Fatalf("%q reads as %q, want %q (%v)", text, got, want, err)
				}
			}
		}
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`[ true , false,null ]`: "tfn", `[]`: "", `[true,]`: "!", `[true false]`: "!", `{}`: "!"} {
		var s scan.Scanner
		s.Reset([]byte(text))
		got := ""
		ok := s.List(func() bool {
			value, null := false, s.Null()
			got += map[bool]string{true: "n"}[null]
			if null {
				return true
			}
			ok := s.Bool(&value)
			got += map[bool]string{true: "t", false: "f"}[value]
			return ok
		})
		if ok = ok && s.End(); ok != (want != "!") || ok && got != want {
			t.Errorf("%s reads as %q, %v", text, got, ok)
		}
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{`"aGk="`: true, `""`: true, `null`: true, `"aGk"`: false, `"a\u0047k="`: false, `"####"`: false, `1`: false} {
		var s scan.Scanner
		s.Reset([]byte(text + " "))
		var got, decoded []byte
		if ok := s.Bytes(&got); ok != want {
			t.Errorf("%s: %v", text, ok)
		} else if err := json.Unmarshal([]byte(text), &decoded); ok && (err != nil || string(got) != string(decoded)) {
			t.Errorf("%s reads as %q", text, got)
		}
	}
}
