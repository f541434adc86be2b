/** Texts for the tests: each stresses another part of the grammar, most of them several at once. */
export const samples: Record<string, string> = {
  prose: `# Title with *emphasis*

First paragraph with **bold**, *italic*, ***both***, ~~gone~~, \`code\` and a [link](https://a.example/x?y=1 "T").
A second line of it.  
After a hard break.

Setext
------

Text directly
### before a heading
and after it.

***

Last &amp; least &copy; &#8364; &unknown; \\*escaped\\*.`,
  lists: `Intro:
- one
- two
  - nested **bold
  - closed** here
    1. deep
    2. deeper
- three

  with a paragraph

  \`\`\`js
  let inList = true;

  more();
  \`\`\`
- four

1) a
2) b

3) loose

7. seven
8. eight

- [ ] open
- [x] done
  - [ ] nested

* other bullet
+ another list

Text.`,
  code: `Before
\`\`\`python
def f(x):
    return x ** 2  # not **bold**

$$ not a formula $$
\`\`\`
After.

~~~~text
\`\`\`
inner
\`\`\`
~~~~

    indented code

    more of it

\`\`\`\`md
\`\`\`js
x
\`\`\`
\`\`\`\`

\`\`\`
never closed`,
  tables: `| Name | Value | Note |
|:-----|------:|:----:|
| a | 1 | **x** |
| b \\| c | \`2\` | [l](https://a.example) |
| short |

Text before
| a | b |
| - | - |
| 1 | 2 |
and a last row

a | b
--|--
1 | $x|y$`,
  math: `Inline $a^2 + b^2 = c^2$, \\(x_1 * y_1 * z\\) and **bold $a^*$ too**.

$$
\\int_0^1 x^2 \\, dx

= \\frac{1}{3}
$$

$$e = mc^2$$

\\[
\\sum_{i=1}^n i
\\]

It costs $5 and then $10, or $3.50 to $4. A range of $100-$200, and US$20.

- item \\[ y \\] here
- item

  $$
  z
  $$

Not closed $$ here.

$$
never closed

# Still shown`,
  footnotes: `A claim[^1] and another[^note], unknown[^x].

[^1]: The first note.
[^note]: A note
    with **more** lines.

    And a second paragraph.

Text after[^1].`,
  links: `See [ref], [text][ref], [Ref][] and [missing].

![image](/files/a.png "t") ![foreign](https://b.example/p.png) <https://auto.example> www.example.com
me@example.com https://example.com/a_b_c?d=e.

[ref]: https://ref.example "Title"

Later [ref] again.

[missing]: <https://found.example>`,
  html: `H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>, <mark>hi *there*</mark>, <u>u, line<br>break, <b>no</b>.

<details>
<summary>More **here**</summary>

Inside with \`code\`.

<details open><summary>Nested</summary>

- deep

</details>

</details>

After.

<div align="center">
text in a div
</div>

<!-- a comment

with a blank line -->

</details>

<details>
<summary>Open at the end</summary>

Inside`,
  quotes: `> quoted
> text
continued lazily

> another

> > nested
> - list
>
> \`\`\`
> code
> \`\`\`

> **open`,
  bidi: `مرحبا بالعالم

- שלום **עולם**
- English

日本語のテキスト、**太字**です。 Emoji 👩‍👩‍👧 and 𝒳.`,
  oddities: `a\r\nb\r\n\r\nc\rd

[x]: /u
"title"
text

[y]: /v 'open
# title?
end'

- a

 - b

-
- c

1. one

2

\`\`\`js \`x\`
text

|a|
|-|

* * *
** not bold ** __ nor this __ _x_y_
***
===

<
<a
&
\\`,
};
