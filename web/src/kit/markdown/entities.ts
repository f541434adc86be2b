/**
 * Named character references that text in the field really uses: Latin-1, punctuation, arrows,
 * mathematics, Greek (HTML Living Standard, section 13.5). The full list of 2,231 names weighs
 * more than the renderer; a name that is not here stays as it was written.
 */
const NAMES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 ' +
  'sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc ' +
  'Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve ' +
  'Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute ' +
  'acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ' +
  'ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const OTHERS =
  'amp & lt < gt > quot " apos \' ndash – mdash — lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” bdquo „ ' +
  'hellip … bull • prime ′ Prime ″ dagger † Dagger ‡ permil ‰ lsaquo ‹ rsaquo › euro € trade ™ ' +
  'larr ← uarr ↑ rarr → darr ↓ harr ↔ lArr ⇐ rArr ⇒ hArr ⇔ forall ∀ part ∂ exist ∃ empty ∅ nabla ∇ ' +
  'isin ∈ notin ∉ ni ∋ prod ∏ sum ∑ minus − lowast ∗ radic √ prop ∝ infin ∞ ang ∠ and ∧ or ∨ cap ∩ ' +
  'cup ∪ int ∫ there4 ∴ sim ∼ cong ≅ asymp ≈ ne ≠ equiv ≡ le ≤ ge ≥ sub ⊂ sup ⊃ sube ⊆ supe ⊇ ' +
  'oplus ⊕ otimes ⊗ perp ⊥ sdot ⋅ Alpha Α Beta Β Gamma Γ Delta Δ Epsilon Ε Zeta Ζ Eta Η Theta Θ ' +
  'Iota Ι Kappa Κ Lambda Λ Mu Μ Nu Ν Xi Ξ Omicron Ο Pi Π Rho Ρ Sigma Σ Tau Τ Upsilon Υ Phi Φ Chi Χ ' +
  'Psi Ψ Omega Ω alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ ' +
  'lambda λ mu μ nu ν xi ξ omicron ο pi π rho ρ sigmaf ς sigma σ tau τ upsilon υ phi φ chi χ psi ψ ' +
  'omega ω check ✓ cross ✗ star ☆ starf ★ hearts ♥ OElig Œ oelig œ Scaron Š scaron š Yuml Ÿ fnof ƒ';

let table: Map<string, string> | undefined;

function names(): Map<string, string> {
  if (table) return table;
  table = new Map([
    ['ensp', '\u2002'],
    ['emsp', '\u2003'],
    ['thinsp', '\u2009'],
    ['zwnj', '\u200c'],
    ['zwj', '\u200d'],
  ]);
  for (const [i, name] of NAMES.split(' ').entries()) table.set(name, String.fromCharCode(160 + i));
  const pairs = OTHERS.split(' ');
  for (let i = 0; i + 1 < pairs.length; i += 2) table.set(pairs[i] ?? '', pairs[i + 1] ?? '');
  return table;
}

function codePoint(digits: string, radix: number): string {
  const code = Number.parseInt(digits, radix);
  const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : '\ufffd';
}

/** Text with its character references replaced by the characters they stand for. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z][a-zA-Z\d]{1,31}));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (decimal) return codePoint(decimal, 10);
      if (hex) return codePoint(hex, 16);
      return names().get(name ?? '') ?? whole;
    },
  );
}
