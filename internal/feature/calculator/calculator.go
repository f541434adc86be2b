// Package calculator is the tool that reckons for a model, which is bad at it:
// exactly where the answer is a fraction, and to 15 digits where it is not.
//
// It is not a language: an expression has no variables and no assignment, and
// is bounded in length and in the size of its numbers, so that no input keeps
// the server busy.
package calculator

import (
	"context"
	"encoding/json"
	"time"

	"parley/internal/feature"
	"parley/internal/identity"
	"parley/internal/kit/fault"
	"parley/internal/tool"
)

// Service offers the tool.
type Service struct{}

// New returns the service.
func New() *Service { return &Service{} }

// Spec says what the feature holds.
func (s *Service) Spec() feature.Spec { return feature.Spec{Name: "calculator", Tools: s} }

// Tools offers the calculator to everyone; see [tool.Source].
func (*Service) Tools(context.Context, identity.UserID) ([]tool.Tool, error) {
	return []tool.Tool{calculator{}}, nil
}

type calculator struct{}

// Spec describes the tool.
func (calculator) Spec() tool.Spec {
	return tool.Spec{
		Name:  "calculator",
		Label: "Calculator",
		Description: "Evaluates an arithmetic expression exactly. Use it for every calculation beyond the trivial. " +
			"Operators: + - * / ^ and % (after a number a percentage, between two numbers the remainder; 200 + 10% is 220), parentheses. " +
			"Functions: sqrt, abs, round(x, digits), floor, ceil, min, max, mod, ln, log (base 10) or log(x, base), exp, sin, cos, tan (radians), rad, deg. " +
			"Constants: pi, e. Write numbers without thousands separators.",
		Parameters: json.RawMessage(`{
			"type": "object",
			"properties": {"expression": {"type": "string", "description": "The expression, such as (1299.99 * 3) * 1.19"}},
			"required": ["expression"],
			"additionalProperties": false
		}`),
		Approval: tool.None,
		Timeout:  5 * time.Second,
	}
}

// Run evaluates the expression.
func (calculator) Run(ctx context.Context, call tool.Call) (tool.Result, error) {
	var in struct {
		Expression string `json:"expression"`
	}
	if err := call.Decode(&in); err != nil {
		return tool.Result{}, err
	}
	value, err := Evaluate(ctx, in.Expression)
	if err != nil {
		return tool.Result{}, err
	}
	return tool.Result{Content: value}, nil
}

// ErrExpression is the code of every expression that cannot be evaluated.
var ErrExpression = fault.New(fault.Invalid, "expression_invalid", "The expression cannot be evaluated.")

// Evaluate returns the value of an expression as text. "≈" marks a value that
// is rounded to 15 digits.
func Evaluate(ctx context.Context, expression string) (string, error) {
	if len(expression) > maxExpression {
		return "", wrong("The expression is too long: %d characters are allowed.", maxExpression)
	}
	p := &parser{ctx: ctx, text: expression}
	value, err := p.whole()
	if err != nil {
		return "", err
	}
	return value.String(), nil
}
