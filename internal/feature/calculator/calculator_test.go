package calculator_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"parley/internal/feature/calculator"
	"parley/internal/tool"

	"pgregory.net/rapid"
)

func TestEvaluate(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"1 + 2*3":                  "7",
		"(1+2)*3":                  "9",
		"0.1 + 0.2":                "0.3",
		"1299.99 * 3 * 1.19":       "4640.9643",
		"-2^2":                     "-4",
		"(-2)^2":                   "4",
		"2^3^2":                    "512",
		"2**10":                    "1024",
		"2^-2":                     "0.25",
		"2^100":                    "1267650600228229401496703205376",
		"0^0":                      "1",
		"(-1)^1000000001":          "-1",
		"1e3 + 1.5E-2":             "1000.015",
		"1_000_000 / 8":            "125000",
		".5 * 4.":                  "2",
		"10/3":                     "≈ 3.33333333333333 (exactly 10/3)",
		"1/3*3":                    "1",
		"7 % 3":                    "1",
		"-7 % 3":                   "2",
		"mod(7, -3)":               "-2",
		"5.5 % 2":                  "1.5",
		"20%":                      "0.2",
		"20% of 50":                "10",
		"15% * 80":                 "12",
		"200 + 10%":                "220",
		"200 - 10%":                "180",
		"200 + (10%)":              "200.1",
		"50% + 10":                 "10.5",
		"100 × 2 ÷ 5 − 1":          "39",
		"sqrt(16)":                 "4",
		"sqrt(2.25)":               "1.5",
		"sqrt(2)":                  "≈ 1.4142135623731",
		"2^0.5":                    "≈ 1.4142135623731",
		"8^(1/3)":                  "≈ 2",
		"1.000137^3650":            "≈ 1.64874723777522",
		"abs(-3) + floor(-1.5)":    "1",
		"ceil(1.2)":                "2",
		"round(2.5)":               "3",
		"round(-2.5)":              "-3",
		"round(3.14159, 2)":        "3.14",
		"round(1234, -2)":          "1200",
		"round(10/3, 2)":           "3.33",
		"min(3, 1, 2) + max(3; 1)": "4",
		"ln(e)":                    "≈ 1",
		"log(1000)":                "3",
		"log(8, 2)":                "3",
		"log(0.01)":                "-2",
		"log(2)":                   "≈ 0.301029995663981",
		"ln(10^400)":               "≈ 921.034037197618",
		"exp(1)":                   "≈ 2.71828182845905",
		"sin(pi)":                  "≈ 0",
		"cos(rad(60))":             "≈ 0.5",
		"tan(pi/4)":                "≈ 1",
		"deg(pi)":                  "≈ 180",
		"2*PI":                     "≈ 6.28318530717959",
		"π":                        "≈ 3.14159265358979",
		"10^1200":                  "≈ 1e1200",
		"pow(2, 5)":                "32",
		"--3":                      "3",
		" 4 ":                      "4",
	} {
		got, err := calculator.Evaluate(t.Context(), expression)
		if err != nil || got != want {
			t.Errorf("%s = %q, %v; want %s", expression, got, err, want)
		}
	}
}

func TestErrorsSayWhatToChange(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"":                 "The expression is empty.",
		"  ":               "The expression is empty.",
		"1 +":              "The expression ends where a number should follow.",
		"(1 + 2":           `The expression ends where ")" should follow.`,
		"1 + * 2":          `At character 5: a number should stand where '*' is.`,
		"2 3":              `At character 3: an operator should stand where '3' is.`,
		"1,000 + 1":        "At character 2: numbers are written without thousands separators, and with a point before the decimals.",
		"x = 3":            `At character 1: "x" is not known.`,
		"1 = 1":            `At character 3: give an expression alone, without "=".`,
		"foo(1)":           `At character 1: there is no function "foo".`,
		"sin 3":            "At character 1: write the arguments of sin in parentheses.",
		"sqrt()":           "sqrt takes one number.",
		"log(1,2,3)":       "log takes a number and, if wanted, the base.",
		"1/0":              "This divides by zero.",
		"0^-1":             "This divides by zero.",
		"5 % 0":            "This divides by zero.",
		"sqrt(-1)":         "A negative number has no real square root.",
		"(-8)^(1/3)":       "A negative number has no real power with a fraction as exponent.",
		"ln(0)":            "A logarithm needs a number above zero.",
		"log(5, 1)":        "A logarithm has no base 1.",
		"9^9^9^9":          "A number in this calculation becomes too large.",
		"2^1000000":        "A number in this calculation becomes too large.",
		"1e99999999":       "A number in this calculation becomes too large.",
		"1e9999999999999":  "A number in this calculation becomes too large.",
		"exp(10000)":       "A number in this calculation becomes too large.",
		"1.2.3":            "At character 1: this is not a number.",
		"round(1, 0.5)":    "The decimals of round are a whole number.",
		"round(1, 999999)": "The digits of round are from -1000 to 1000.",
		"é":                `At character 1: "é" is not known.`,
		"\xff":             "At character 1: a number should stand where",
	} {
		got, err := calculator.Evaluate(t.Context(), expression)
		if !errors.Is(err, calculator.ErrExpression) || !strings.HasPrefix(tool.Explain(err), want) {
			t.Errorf("%q = %q, %v; want %s", expression, got, err, want)
		}
	}
	for name, expression := range map[string]string{
		"long": strings.Repeat("1+", 2000) + "1", "deep": strings.Repeat("(", 500) + "1" + strings.Repeat(")", 500), "signs": strings.Repeat("-", 1500) + "1",
	} {
		if _, err := calculator.Evaluate(t.Context(), expression); !errors.Is(err, calculator.ErrExpression) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := calculator.Evaluate(ctx, "1+1"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What is exact agrees with fractions reckoned beside it.
func TestExactArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.StringMatching(`[0-9]{1,12}\.[0-9]{1,8}`)
		a, b := decimals.Draw(t, "a"), decimals.Draw(t, "b")
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		for operator, want := range map[string]*big.Rat{
			"+": new(big.Rat).Add(x, y), "-": new(big.Rat).Sub(x, y), "*": new(big.Rat).Mul(x, y),
		} {
			text, err := calculator.Evaluate(context.Background(), a+operator+b)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := new(big.Rat).SetString(text); !ok || got.Cmp(want) != 0 {
				t.Fatalf("%s %s %s = %s", a, operator, b, text)
			}
		}
	})
}

func TestTool(t *testing.T) {
	t.Parallel()
	tools, err := calculator.New().Tools(t.Context(), "")
	if err != nil || len(tools) != 1 || tools[0].Spec().Approval != tool.None || !json.Valid(tools[0].Spec().Parameters) {
		t.Fatalf("%v, %v", tools, err)
	}
	for arguments, want := range map[string]tool.Result{
		`{"expression":"6*7"}`: {Content: "42"},
		`{"expression":"6*"}`:  {Content: "The expression ends where a number should follow.", IsError: true},
		`{"input":"6*7"}`:      {Content: `There is no argument "input"; there is: expression.`, IsError: true},
	} {
		got, err := tool.Execute(t.Context(), tools[0], tool.Call{Name: "calculator", Arguments: json.RawMessage(arguments)})
		if err != nil || got.Content != want.Content || got.IsError != want.IsError {
			t.Errorf("%s: %+v, %v", arguments, got, err)
		}
	}
}

func FuzzEvaluate(f *testing.F) {
	for _, seed := range []string{"1+2*3", "sqrt(2)^10%", "log(1e9, 2)", "((((1))))", "9^9^9", "1e400/3", "50% of 3", "min(1;2,3)", "round(1/3, 900)", "π−e", "1/(1e4000+1)^2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		got, err := calculator.Evaluate(t.Context(), expression)
		if (err == nil) == (got == "") {
			t.Errorf("%q = %q, %v", expression, got, err)
		}
		if len(got) > 1100 {
			t.Errorf("%q has %d characters", expression, len(got))
		}
	})
}
