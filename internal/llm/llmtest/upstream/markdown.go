package upstream

import (
	"fmt"
	"strings"
)

// section is a bit of everything that a chat renders. %d is its number.
const section = `## Section %d: moving the archive

A first paragraph with *emphasis*, **weight**, ` + "`inline code`" + ` and a [link](https://example.com/page).
It goes on for a second line, so that there is something to wrap on a phone.

- a point with a nested list
  - one level down, **in bold**
  - and another
- [x] a finished task
- [ ] one to do

1. first measure
2. then change

| step | time | share |
|:-----|-----:|:-----:|
| read | 12.5 ms | 40 %% |
| sort | 18.9 ms | 60 %% |

` + "```go" + `
// Sum adds what the channel brings.
func Sum(values <-chan int) (total int) {
	for value := range values {
		total += value
	}
	return total
}
` + "```" + `

> Quoted: the mean is $\bar{x} = \frac{1}{n}\sum_{i=1}^{n} x_i$.

$$
\int_0^1 x^2\,dx = \tfrac{1}{3}
$$

`

// markdown returns at least the given number of bytes of markdown, in whole
// sections.
func markdown(size int) string {
	var text strings.Builder
	for number := 1; text.Len() < size; number++ {
		fmt.Fprintf(&text, section, number)
	}
	return text.String()
}
