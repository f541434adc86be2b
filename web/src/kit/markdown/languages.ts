/**
 * The languages that get a name, a file extension and colours. Each row: grammar, name shown,
 * extension, further names that a fence may carry. Any other language is shown as plain text.
 */
const ROWS = `
apache|Apache|conf|apacheconf
asm|Assembly|asm|nasm
awk|AWK|awk
bat|Batch|bat|batch,cmd
bicep|Bicep|bicep
c|C|c|h
clojure|Clojure|clj|clj
cmake|CMake|cmake
cpp|C++|cpp|c++,cc,cxx,hpp
csharp|C#|cs|c#,cs
css|CSS|css
csv|CSV|csv
dart|Dart|dart
diff|Diff|diff|patch
docker|Dockerfile|dockerfile|dockerfile,containerfile
dotenv|.env|env|env
elixir|Elixir|ex|ex,exs
elm|Elm|elm
erlang|Erlang|erl|erl
fish|fish|fish
fsharp|F#|fs|f#,fs
gleam|Gleam|gleam
glsl|GLSL|glsl
go|Go|go|golang
graphql|GraphQL|graphql|gql
groovy|Groovy|groovy|gradle
haskell|Haskell|hs|hs
hcl|HCL|hcl
html|HTML|html|htm,xhtml
http|HTTP|http
ini|INI|ini|properties,cfg,conf
java|Java|java
javascript|JavaScript|js|js,mjs,cjs,node
jinja|Jinja|j2|jinja2
json|JSON|json|geojson,webmanifest
json5|JSON5|json5
jsonc|JSON with comments|jsonc
jsonl|JSON Lines|jsonl|ndjson
jsx|JSX|jsx
julia|Julia|jl|jl
just|just|just|justfile
kotlin|Kotlin|kt|kt,kts
latex|LaTeX|tex|tex
less|Less|less
common-lisp|Common Lisp|lisp|lisp,cl
lua|Lua|lua
make|Makefile|mk|makefile,mk
markdown|Markdown|md|md
matlab|MATLAB|m|octave
mermaid|Mermaid|mmd|mmd
nginx|nginx|conf
nim|Nim|nim
nix|Nix|nix
objective-c|Objective-C|m|objc,objectivec
ocaml|OCaml|ml|ml
pascal|Pascal|pas|delphi
perl|Perl|pl|pl
php|PHP|php
plsql|PL/SQL|sql
powershell|PowerShell|ps1|ps,ps1,pwsh
prisma|Prisma|prisma
prolog|Prolog|pl
proto|Protocol Buffers|proto|protobuf
python|Python|py|py,python3,py3,ipython
r|R|r
racket|Racket|rkt|rkt
regexp|RegExp|txt|regex
ruby|Ruby|rb|rb
rust|Rust|rs|rs
scala|Scala|scala|sc
scheme|Scheme|scm|scm
scss|SCSS|scss
shellscript|Shell|sh|sh,bash,zsh,shell,ash,ksh
shellsession|Console|txt|console,terminal
solidity|Solidity|sol|sol
sql|SQL|sql|mysql,postgres,postgresql,sqlite,tsql
svelte|Svelte|svelte
swift|Swift|swift
system-verilog|SystemVerilog|sv|sv
systemd|systemd|service
terraform|Terraform|tf|tf,tfvars
toml|TOML|toml
tsx|TSX|tsx
twig|Twig|twig
typescript|TypeScript|ts|ts,mts,cts
typst|Typst|typ|typ
verilog|Verilog|v|v
vhdl|VHDL|vhd|vhd
viml|Vim script|vim|vim,vimscript
vue|Vue|vue
wasm|WebAssembly|wat|wat
wgsl|WGSL|wgsl
xml|XML|xml|svg,rss,plist,xaml
yaml|YAML|yaml|yml
zig|Zig|zig
`;

export interface Language {
  /** Grammar to colour it with; undefined for plain text. */
  grammar?: string;
  /** Name shown, as the language writes it. */
  name: string;
  /** Extension of a downloaded file, without the dot. */
  extension: string;
}

let table: Map<string, Language> | undefined;

function languages(): Map<string, Language> {
  if (table) return table;
  table = new Map();
  for (const row of ROWS.trim().split('\n')) {
    const [grammar = '', name = '', extension = '', aliases = ''] = row.split('|');
    const language = { grammar, name, extension };
    for (const key of [grammar, ...aliases.split(',')]) if (key) table.set(key, language);
  }
  return table;
}

/** The language of a fence's info string: its first word, without decorations as in `js{1,3}`. */
export function languageOf(info: string): Language | undefined {
  const word = /^[^\s{,:;]+/.exec(info.trim())?.[0]?.toLowerCase();
  if (!word || /^(?:text|txt|plain|plaintext|none|output)$/.test(word)) return undefined;
  return languages().get(word) ?? { name: word.slice(0, 24), extension: extensionOf(word) };
}

function extensionOf(word: string): string {
  return /^[a-z0-9]{1,8}$/.test(word) ? word : 'txt';
}

/** Whether a fence with this info string holds a diagram. */
export function isDiagram(lang: string): boolean {
  return languageOf(lang)?.grammar === 'mermaid';
}
