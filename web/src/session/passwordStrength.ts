/** How hard a password is to guess, roughly: 0 nothing, 1 weak, 2 fair, 3 good, 4 strong. */
export type Strength = 0 | 1 | 2 | 3 | 4;

const common = /^(password|passwort|qwerty|letmein|welcome|admin|iloveyou|abc|123|111|000|parley)/i;

/**
 * Guesses by length and variety, since length is what counts most. It is a hint for the one who
 * types, never a rule.
 */
export function passwordStrength(password: string): Strength {
  if (!password) return 0;
  const distinct = new Set(password.toLowerCase()).size;
  if (password.length < 8 || distinct < 4) return 1;
  let alphabet = 0;
  if (/[a-z]/.test(password)) alphabet += 26;
  if (/[A-Z]/.test(password)) alphabet += 26;
  if (/\d/.test(password)) alphabet += 10;
  if (/[^a-zA-Z\d]/.test(password)) alphabet += 30;
  // A run such as "abcdef" or "aaaa" adds as little as one character.
  let worth = 0;
  for (let at = 0; at < password.length; at++) {
    const step = password.charCodeAt(at) - password.charCodeAt(at - 1);
    worth += at > 0 && Math.abs(step) <= 1 ? 0.35 : 1;
  }
  if (common.test(password)) worth -= 6;
  const bits = worth * Math.log2(alphabet);
  if (bits < 38) return 1;
  if (bits < 52) return 2;
  return bits < 72 ? 3 : 4;
}
