package calculator

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"
)

// function is something that can be called in an expression.
type function struct {
	min, max int
	takes    string
	call     func([]number) (number, error)
}

func one(call func(number) (number, error)) function {
	return function{1, 1, "one number", func(a []number) (number, error) { return call(a[0]) }}
}

// floating is a function that is reckoned in floating point.
func floating(f func(float64) float64) function {
	return one(func(n number) (number, error) {
		x := n.float()
		if math.IsInf(x, 0) {
			return number{}, errTooLarge
		}
		return approximate(f(x))
	})
}

// wave is a trigonometric function, whose zeros are not quite met because pi is
// not a float64.
func wave(f func(float64) float64) function {
	return floating(func(x float64) float64 {
		y := f(x)
		if math.Abs(y) < 1e-15*math.Max(1, math.Abs(x)) {
			return 0
		}
		return y
	})
}

func pick(better func(a, b number) bool) function {
	return function{1, maxExpression, "at least one number", func(a []number) (number, error) {
		best := a[0]
		for _, n := range a[1:] {
			if better(n, best) {
				best = n
			}
		}
		best.percent = false
		return best, nil
	}}
}

var functions = map[string]function{
	"abs":   one(func(n number) (number, error) { return number{value: new(big.Rat).Abs(n.value), approx: n.approx}, nil }),
	"sqrt":  one(squareRoot),
	"floor": one(func(n number) (number, error) { return floor(n), nil }),
	"ceil":  one(func(n number) (number, error) { return ceil(n), nil }),
	"round": {1, 2, "a number and, if wanted, how many decimals", func(a []number) (number, error) {
		digits := int64(0)
		if len(a) == 2 {
			var ok bool
			if digits, ok = a[1].integer(); !ok {
				return number{}, wrong("The decimals of round are a whole number.")
			}
		}
		return round(a[0], digits)
	}},
	"mod": {2, 2, "two numbers", func(a []number) (number, error) { return remainder(a[0], a[1]) }},
	"pow": {2, 2, "two numbers", func(a []number) (number, error) { return power(a[0], a[1]) }},
	"min": pick(func(a, b number) bool { return a.value.Cmp(b.value) < 0 }),
	"max": pick(func(a, b number) bool { return a.value.Cmp(b.value) > 0 }),
	"ln": one(func(n number) (number, error) {
		x, err := logarithm(n)
		if err != nil {
			return number{}, err
		}
		return approximate(x)
	}),
	"log": {1, 2, "a number and, if wanted, the base", func(a []number) (number, error) {
		base := whole(10)
		if len(a) == 2 {
			base = a[1]
		}
		return logarithmTo(a[0], base)
	}},
	"exp": floating(math.Exp),
	"sin": wave(math.Sin),
	"cos": wave(math.Cos),
	"tan": wave(math.Tan),
	"rad": one(func(n number) (number, error) { return multiply(n, number{value: perDegree, approx: true}) }),
	"deg": one(func(n number) (number, error) { return divide(n, number{value: perDegree, approx: true}) }),
}

var functionNames = strings.Join(slices.Sorted(maps.Keys(functions)), ", ")

func logarithmTo(n, base number) (number, error) {
	x, err := logarithm(n)
	if err != nil {
		return number{}, err
	}
	b, err := logarithm(base)
	if err != nil {
		return number{}, err
	}
	if b == 0 {
		return number{}, wrong("A logarithm has no base 1.")
	}
	// A whole result is exact: log(1000) is 3 and not 2.9999999999999996.
	if near := math.Round(x / b); math.Abs(near) < maxBits {
		if p, err := integerPower(base, int64(near)); err == nil && !p.approx && p.value.Cmp(n.value) == 0 {
			return number{value: new(big.Rat).SetInt64(int64(near)), approx: n.approx}, nil
		}
	}
	return approximate(x / b)
}

func decimal(text string) *big.Rat {
	r, _ := new(big.Rat).SetString(text)
	return r
}

var (
	// To 60 digits, so that no approximation of ours loses by them.
	piValue   = decimal("3.14159265358979323846264338327950288419716939937510582097494")
	eValue    = decimal("2.71828182845904523536028747135266249775724709369995957496697")
	perDegree = new(big.Rat).Quo(piValue, big.NewRat(180, 1))
)

func constant(name string) (number, bool) {
	switch name {
	case "pi", "π":
		return number{value: piValue, approx: true}, true
	case "e":
		return number{value: eValue, approx: true}, true
	}
	return number{}, false
}
