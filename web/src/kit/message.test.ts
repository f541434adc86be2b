import { compileMessage } from '@lingui/message-utils/compileMessage';
import { expect, test } from 'vitest';
import { compileNames } from './message';

test.each(['Delete chat', 'Hello {name}!', '{name}', '{a}{b} and {c}.', 'With <0>{link}</0>', ''])(
  '%s is compiled as Lingui does',
  (message) => {
    expect(compileNames(message)).toEqual(compileMessage(message).filter((token) => token !== ''));
  },
);

test.each(['{count, plural, one {# chat} other {# chats}}', "It''s {name}", "'{'name'}'"])(
  '%s is left to the build',
  (message) => {
    expect(compileNames(message)).not.toEqual(compileMessage(message));
  },
);
