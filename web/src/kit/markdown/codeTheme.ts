import type { ThemeRegistrationRaw } from 'shiki/core';
import { type Kind, kindNames } from './kinds';

/**
 * Our code theme. The grammars' scopes are sorted into a few kinds, and the stylesheet gives each
 * kind a colour for light and for dark, so a change of theme needs no second pass over the code.
 * The highlighter knows only colours: kind n travels as the colour #0000nn.
 */
const SCOPES: Record<Exclude<Kind, 'plain'>, string> = {
  comment: 'comment, punctuation.definition.comment, string.comment, string.quoted.docstring',
  keyword:
    'keyword, storage, storage.type, storage.modifier, keyword.operator.new, ' +
    'keyword.operator.expression, keyword.operator.word, variable.language, ' +
    'punctuation.definition.template-expression, punctuation.section.embedded',
  string:
    'string, punctuation.definition.string, markup.inline.raw, markup.raw, string.template, ' +
    'punctuation.support.type.property-name',
  number:
    'constant.numeric, constant.language, constant.other, support.constant, keyword.other.unit, ' +
    'variable.other.constant, variable.other.enummember',
  function:
    'entity.name.function, support.function, meta.function-call.generic, variable.function, ' +
    'entity.name.command, support.macro, entity.name.function.macro',
  type:
    'entity.name.type, entity.name.class, entity.name.namespace, entity.other.inherited-class, ' +
    'support.type, support.class, storage.type.primitive, support.type.primitive',
  tag: 'entity.name.tag, punctuation.definition.tag, meta.tag.sgml',
  name:
    'entity.other.attribute-name, support.type.property-name, ' +
    'meta.object-literal.key, variable.parameter',
  mark: 'punctuation, keyword.operator, meta.brace, meta.delimiter',
  escape:
    'constant.character.escape, string.regexp, keyword.operator.quantifier.regexp, ' +
    'constant.other.character-class.regexp',
  added: 'markup.inserted',
  removed: 'markup.deleted',
  heading: 'markup.heading, entity.name.section, markup.bold, meta.diff.header, meta.diff.range',
};

function colour(kind: number): string {
  return `#0000${kind.toString(16).padStart(2, '0')}`;
}

/** The kind that a coloured token stands for. */
export function kindOf(color: string | undefined): number {
  const kind = Number.parseInt(color?.slice(5, 7) ?? '0', 16);
  return kind < kindNames.length ? kind : 0;
}

export const codeTheme: ThemeRegistrationRaw = {
  name: 'parley',
  type: 'light',
  fg: colour(0),
  bg: '#ffffff',
  settings: kindNames.map((name, kind) => ({
    ...(name !== 'plain' && { scope: SCOPES[name].split(', ') }),
    settings: { foreground: colour(kind) },
  })),
};
