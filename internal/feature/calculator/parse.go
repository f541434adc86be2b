package calculator

import (
	"context"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser reads and evaluates in one pass:
//
//	sum      = product { ("+" | "-") product }
//	product  = unary { ("*" | "/" | "of" | "%") unary }
//	unary    = ("-" | "+") unary | postfix [ "^" unary ]
//	postfix  = primary { "%" }
//	primary  = number | constant | function "(" sum { "," sum } ")" | "(" sum ")"
//
// A "%" is a remainder where a number follows and a percentage elsewhere.
type parser struct {
	ctx   context.Context //nolint:containedctx // lives for one call
	text  string
	at    int
	depth int
}

func (p *parser) whole() (number, error) {
	if p.space(); p.at == len(p.text) {
		return number{}, wrong("The expression is empty.")
	}
	n, err := p.sum()
	if err != nil {
		return number{}, err
	}
	if p.space(); p.at < len(p.text) {
		return number{}, p.unexpected("an operator")
	}
	return n, nil
}

func (p *parser) sum() (number, error) {
	left, err := p.product()
	for err == nil {
		sign := p.take("+", "-", "−", "–")
		if sign == "" {
			return left, nil
		}
		var right number
		if right, err = p.product(); err != nil {
			break
		}
		if right.percent { // 200 + 10% is 220
			if right, err = multiply(left, right); err != nil {
				break
			}
		}
		if sign == "+" {
			left, err = add(left, right)
		} else {
			left, err = subtract(left, right)
		}
	}
	return number{}, err
}

func (p *parser) product() (number, error) {
	left, err := p.unary()
	for err == nil {
		operator := p.take("**", "*", "×", "·", "/", "÷", "%", "of ", "of(")
		switch operator {
		case "":
			return left, nil
		case "**":
			return number{}, wrong("Write ^ for a power of this.")
		case "of(":
			p.at--
		}
		var right number
		if right, err = p.unary(); err != nil {
			break
		}
		switch operator {
		case "/", "÷":
			left, err = divide(left, right)
		case "%":
			left, err = remainder(left, right)
		default:
			left, err = multiply(left, right)
		}
	}
	return number{}, err
}

func (p *parser) unary() (number, error) {
	if err := p.enter(); err != nil {
		return number{}, err
	}
	defer p.leave()
	switch p.take("+", "-", "−", "–") {
	case "":
	case "+":
		return p.unary()
	default:
		n, err := p.unary()
		if err != nil {
			return number{}, err
		}
		return negate(n), nil
	}
	base, err := p.postfix()
	if err != nil || p.take("^", "**") == "" {
		return base, err
	}
	exponent, err := p.unary()
	if err != nil {
		return number{}, err
	}
	return power(base, exponent)
}

func (p *parser) postfix() (number, error) {
	n, err := p.primary()
	for err == nil && p.percent() {
		n, err = divide(n, whole(100))
		n.percent = true
	}
	return n, err
}

// percent takes a "%" that no number follows.
func (p *parser) percent() bool {
	if p.space(); !strings.HasPrefix(p.text[p.at:], "%") {
		return false
	}
	rest := strings.TrimLeftFunc(p.text[p.at+1:], unicode.IsSpace)
	next, _ := utf8.DecodeRuneInString(rest)
	if next == '(' || next == '.' || unicode.IsDigit(next) || unicode.IsLetter(next) && !strings.HasPrefix(rest, "of ") && !strings.HasPrefix(rest, "of(") {
		return false
	}
	p.at++
	return true
}

func (p *parser) primary() (number, error) {
	p.space()
	next, _ := utf8.DecodeRuneInString(p.text[p.at:])
	switch {
	case p.take("(") != "":
		n, err := p.sum()
		if err != nil {
			return number{}, err
		}
		if p.take(")") == "" {
			return number{}, p.unexpected(`")"`)
		}
		n.percent = false
		return n, nil
	case next == '.' || next >= '0' && next <= '9':
		return p.number()
	case unicode.IsLetter(next):
		return p.name()
	}
	return number{}, p.unexpected("a number")
}

func (p *parser) number() (number, error) {
	start := p.at
	p.digits()
	if p.at < len(p.text) && p.text[p.at] == '.' {
		p.at++
		p.digits()
	}
	mantissa := strings.ReplaceAll(p.text[start:p.at], "_", "")
	exponent, err := p.exponent()
	if err != nil {
		return number{}, err
	}
	if strings.Trim(mantissa, ".") == "" || strings.HasPrefix(p.text[p.at:], ".") {
		return number{}, wrong("At character %d: this is not a number.", p.position(start))
	}
	r, ok := new(big.Rat).SetString(mantissa)
	if !ok {
		return number{}, wrong("At character %d: this is not a number.", p.position(start))
	}
	scale, err := integerPower(whole(10), exponent)
	if err != nil {
		return number{}, err
	}
	if scale.approx {
		return number{}, errTooLarge
	}
	return multiply(exact(r), scale)
}

func (p *parser) digits() {
	for p.at < len(p.text) && (p.text[p.at] >= '0' && p.text[p.at] <= '9' || p.text[p.at] == '_') {
		p.at++
	}
}

// exponent takes the "e-7" of a number. An "e" without digits is not taken.
func (p *parser) exponent() (int64, error) {
	rest := p.text[p.at:]
	if rest == "" || rest[0] != 'e' && rest[0] != 'E' {
		return 0, nil
	}
	end := 1
	if end < len(rest) && (rest[end] == '+' || rest[end] == '-') {
		end++
	}
	from := end
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	if end == from {
		return 0, nil
	}
	p.at += end
	e, err := strconv.ParseInt(rest[1:end], 10, 32)
	if err != nil {
		return 0, errTooLarge
	}
	return e, nil
}

func (p *parser) name() (number, error) {
	start := p.at
	for p.at < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			break
		}
		p.at += size
	}
	name := strings.ToLower(p.text[start:p.at])
	if p.take("(") == "" {
		if n, ok := constant(name); ok {
			return n, nil
		}
		if _, ok := functions[name]; ok {
			return number{}, wrong("At character %d: write the arguments of %s in parentheses.", p.position(start), name)
		}
		return number{}, wrong("At character %d: %q is not known. There are the constants pi and e, and the functions %s.", p.position(start), name, functionNames)
	}
	f, ok := functions[name]
	if !ok {
		return number{}, wrong("At character %d: there is no function %q. There are: %s.", p.position(start), name, functionNames)
	}
	arguments, err := p.arguments()
	if err != nil {
		return number{}, err
	}
	if len(arguments) < f.min || len(arguments) > f.max {
		return number{}, wrong("%s takes %s.", name, f.takes)
	}
	return f.call(arguments)
}

// arguments reads what stands between the parentheses of a function.
func (p *parser) arguments() ([]number, error) {
	var list []number
	if p.take(")") != "" {
		return list, nil
	}
	for {
		n, err := p.sum()
		if err != nil {
			return nil, err
		}
		list = append(list, n)
		switch p.take(",", ";", ")") {
		case ")":
			return list, nil
		case "":
			return nil, p.unexpected(`"," or ")"`)
		}
	}
}

// enter bounds nesting and lets a stop take effect.
func (p *parser) enter() error {
	if p.depth++; p.depth > maxDepth {
		return wrong("The expression is nested too deeply.")
	}
	return p.ctx.Err()
}

func (p *parser) leave() { p.depth-- }

func (p *parser) space() {
	rest := strings.TrimLeftFunc(p.text[p.at:], unicode.IsSpace)
	p.at = len(p.text) - len(rest)
}

// take moves past the first of the tokens that comes next and returns it.
func (p *parser) take(tokens ...string) string {
	p.space()
	for _, t := range tokens {
		if strings.HasPrefix(p.text[p.at:], t) {
			p.at += len(t)
			return t
		}
	}
	return ""
}

func (p *parser) position(at int) int { return utf8.RuneCountInString(p.text[:at]) + 1 }

func (p *parser) unexpected(wanted string) error {
	if p.at == len(p.text) {
		return wrong("The expression ends where %s should follow.", wanted)
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	switch {
	case r == ',' && wanted == "an operator":
		return wrong("At character %d: numbers are written without thousands separators, and with a point before the decimals.", p.position(p.at))
	case r == '=':
		return wrong("At character %d: give an expression alone, without \"=\".", p.position(p.at))
	}
	return wrong("At character %d: %s should stand where %q is.", p.position(p.at), wanted, r)
}
