package calculator

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"parley/internal/kit/fault"
)

const (
	maxExpression = 2000
	maxDepth      = 100
	// maxBits bounds the numerator and the denominator of every value: about
	// 9,800 digits.
	maxBits = 1 << 15
	// maxDigits is the longest number that is written out.
	maxDigits = 1000
)

// number is an exact fraction, or an approximation held as one.
type number struct {
	value  *big.Rat
	approx bool
	// percent says that it was written with a percent sign.
	percent bool
}

func wrong(format string, args ...any) error {
	return fault.New(fault.Invalid, ErrExpression.Code, fmt.Sprintf(format, args...))
}

var (
	errTooLarge = wrong("A number in this calculation becomes too large.")
	errZero     = wrong("This divides by zero.")
)

func exact(r *big.Rat) number { return number{value: r} }

func whole(i int64) number { return exact(new(big.Rat).SetInt64(i)) }

// approximate takes a result of floating-point arithmetic.
func approximate(f float64) (number, error) {
	switch {
	case math.IsNaN(f):
		return number{}, wrong("This has no real value.")
	case math.IsInf(f, 0):
		return number{}, errTooLarge
	}
	return number{value: new(big.Rat).SetFloat64(f), approx: true}, nil
}

// checked refuses a value that has grown too large.
func checked(r *big.Rat, of ...number) (number, error) {
	if r.Num().BitLen() > maxBits || r.Denom().BitLen() > maxBits {
		return number{}, errTooLarge
	}
	n := number{value: r}
	for _, o := range of {
		n.approx = n.approx || o.approx
	}
	if n.approx && r.Num().BitLen()+r.Denom().BitLen() > 4*precision {
		return fromFloat(toFloat(r))
	}
	return n, nil
}

func (n number) sign() int { return n.value.Sign() }

func (n number) float() float64 { f, _ := n.value.Float64(); return f }

// integer returns the value if it is one that fits an int64.
func (n number) integer() (int64, bool) {
	if !n.value.IsInt() || !n.value.Num().IsInt64() {
		return 0, false
	}
	return n.value.Num().Int64(), true
}

func add(a, b number) (number, error) { return checked(new(big.Rat).Add(a.value, b.value), a, b) }

func subtract(a, b number) (number, error) {
	return checked(new(big.Rat).Sub(a.value, b.value), a, b)
}

func multiply(a, b number) (number, error) {
	return checked(new(big.Rat).Mul(a.value, b.value), a, b)
}

func divide(a, b number) (number, error) {
	if b.sign() == 0 {
		return number{}, errZero
	}
	return checked(new(big.Rat).Quo(a.value, b.value), a, b)
}

// remainder has the sign of the divisor, as in mathematics.
func remainder(a, b number) (number, error) {
	quotient, err := divide(a, b)
	if err != nil {
		return number{}, err
	}
	times, err := multiply(b, floor(quotient))
	if err != nil {
		return number{}, err
	}
	return subtract(a, times)
}

func negate(n number) number {
	return number{value: new(big.Rat).Neg(n.value), approx: n.approx, percent: n.percent}
}

func floor(n number) number {
	q := new(big.Int).Div(n.value.Num(), n.value.Denom()) // Euclidean: downwards, as the divisor is positive
	return number{value: new(big.Rat).SetInt(q), approx: n.approx}
}

func ceil(n number) number { return negate(floor(negate(n))) }

// round goes half away from zero, at a number of decimals.
func round(n number, digits int64) (number, error) {
	if digits < -maxDigits || digits > maxDigits {
		return number{}, wrong("The digits of round are from %d to %d.", -maxDigits, maxDigits)
	}
	scale, err := power(whole(10), whole(digits))
	if err != nil {
		return number{}, err
	}
	scaled := new(big.Rat).Mul(new(big.Rat).Abs(n.value), scale.value)
	up := floor(exact(scaled.Add(scaled, big.NewRat(1, 2))))
	r := new(big.Rat).Quo(up.value, scale.value)
	if n.sign() < 0 {
		r.Neg(r)
	}
	return checked(r) // what is rounded is exact again
}

func power(base, exponent number) (number, error) {
	e, isInteger := exponent.integer()
	switch {
	case base.sign() == 0 && exponent.sign() < 0:
		return number{}, errZero
	case isInteger:
		return integerPower(base, e)
	case base.sign() < 0:
		return number{}, wrong("A negative number has no real power with a fraction as exponent.")
	case exponent.value.Cmp(big.NewRat(1, 2)) == 0:
		return squareRoot(base)
	}
	return approximate(math.Pow(base.float(), exponent.float()))
}

func integerPower(base number, e int64) (number, error) {
	num, denom := base.value.Num(), base.value.Denom()
	if denom.IsInt64() && denom.Int64() == 1 && num.CmpAbs(big.NewInt(1)) <= 0 { // 0, 1 and -1 stay small
		switch {
		case e == 0:
			return whole(1), nil
		case e%2 == 0:
			return number{value: new(big.Rat).Abs(base.value), approx: base.approx}, nil
		}
		return base, nil
	}
	n := new(big.Int).Abs(big.NewInt(e))
	bits := new(big.Int).Mul(n, big.NewInt(int64(max(num.BitLen(), denom.BitLen()))))
	if bits.Cmp(big.NewInt(maxBits)) > 0 {
		return longPower(base, e)
	}
	r := new(big.Rat).SetFrac(new(big.Int).Exp(num, n, nil), new(big.Int).Exp(denom, n, nil))
	if e < 0 {
		r.Inv(r)
	}
	return checked(r, base)
}

// longPower is integerPower to about 75 digits, by repeated squaring.
func longPower(base number, e int64) (number, error) {
	square, result := toFloat(base.value), big.NewFloat(1).SetPrec(precision)
	for n := new(big.Int).Abs(big.NewInt(e)); n.Sign() > 0; n.Rsh(n, 1) {
		if n.Bit(0) == 1 {
			result.Mul(result, square)
		}
		square.Mul(square, square)
		if square.IsInf() || result.IsInf() {
			break
		}
	}
	if e < 0 {
		if result.Sign() == 0 {
			return number{}, errTooLarge
		}
		result.Quo(big.NewFloat(1).SetPrec(precision), result)
	}
	return fromFloat(result)
}

// precision is that of approximations while they are reckoned with, in bits.
const precision = 256

func toFloat(r *big.Rat) *big.Float { return new(big.Float).SetPrec(precision).SetRat(r) }

func fromFloat(f *big.Float) (number, error) {
	if f.IsInf() || f.MantExp(nil) > maxBits {
		return number{}, errTooLarge
	}
	if f.MantExp(nil) < -maxBits {
		return number{value: new(big.Rat), approx: true}, nil
	}
	r, _ := f.Rat(nil)
	return number{value: r, approx: true}, nil
}

func squareRoot(n number) (number, error) {
	if n.sign() < 0 {
		return number{}, wrong("A negative number has no real square root.")
	}
	num, denom := new(big.Int).Sqrt(n.value.Num()), new(big.Int).Sqrt(n.value.Denom())
	root := new(big.Rat).SetFrac(num, denom)
	if new(big.Rat).Mul(root, root).Cmp(n.value) == 0 {
		return checked(root, n)
	}
	return fromFloat(new(big.Float).SetPrec(precision).Sqrt(toFloat(n.value)))
}

// logarithm is the natural one, of numbers that a float64 cannot hold too.
func logarithm(n number) (float64, error) {
	if n.sign() <= 0 {
		return 0, wrong("A logarithm needs a number above zero.")
	}
	mantissa := new(big.Float)
	exponent := toFloat(n.value).MantExp(mantissa)
	m, _ := mantissa.Float64()
	if exponent >= -1000 && exponent <= 1000 {
		return math.Log(n.float()), nil
	}
	return math.Log(m) + float64(exponent)*math.Ln2, nil
}

// String is the value for people: written out where it is exact and not too
// long, else to 15 digits with "≈" before it.
func (n number) String() string {
	if n.approx {
		return "≈ " + n.digits()
	}
	if n.value.IsInt() {
		if text := n.value.Num().String(); len(text) <= maxDigits {
			return text
		}
		return "≈ " + n.digits()
	}
	if places, finite := n.value.FloatPrec(); finite && places <= 60 {
		return n.value.FloatString(places)
	}
	if fraction := n.value.String(); len(fraction) <= 40 {
		return fmt.Sprintf("≈ %s (exactly %s)", n.digits(), fraction)
	}
	return "≈ " + n.digits()
}

// digits is the value to 15 significant digits.
func (n number) digits() string {
	text := toFloat(n.value).Text('g', 15)
	mantissa, exponent, scientific := strings.Cut(text, "e")
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if !scientific {
		return mantissa
	}
	if e, err := strconv.Atoi(exponent); err == nil {
		exponent = strconv.Itoa(e)
	}
	return mantissa + "e" + exponent
}
