package wire

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Decode reads a piece of an answer as encoding/json does, but forgives.
func (c *Call) Decode(data []byte, into any, essential ...string) error {
	return c.Forgive(json.Unmarshal(data, into), data, essential...)
}

// Forgive is the error of a piece of an answer that encoding/json has read with
// err. A field of another type than the protocol's counts as missing, and is noted
// in the log: what a provider says beside an answer may not cost the answer. Not
// forgiven are the fields that hold the answer itself: those whose path is, or ends
// with, one of essential. Any error is an [*llm.Error].
func (c *Call) Forgive(err error, data []byte, essential ...string) error {
	if err == nil {
		return nil
	}
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok || wrong.Field == "" || slices.ContainsFunc(essential, func(field string) bool {
		return wrong.Field == field || strings.HasSuffix(wrong.Field, "."+field)
	}) {
		return c.Garbled(data, err)
	}
	c.note(wrong.Field)
	return nil
}

// Optional reads an object that an answer does without, such as the count of its
// tokens. One that is missing, or not what the protocol says, is nil: half a count
// would be taken for a whole one.
func Optional[T any](c *Call, field string, raw json.RawMessage) *T {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	into := new(T)
	if json.Unmarshal(raw, into) != nil {
		c.note(field)
		return nil
	}
	return into
}

// note writes to the log, once a call, that a field was passed over.
func (c *Call) note(field string) {
	if c.Limits.Log != nil && !c.noted {
		c.noted = true
		c.Limits.Log.Warn("a field of the answer is not what the protocol says and was passed over", "field", field)
	}
}
