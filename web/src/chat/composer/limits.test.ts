import { describe, expect, it } from 'vitest';
import { limitsOf, overLimit } from './limits';

const png = (size: number) => ({ type: 'image/png', size });

describe('limits on pictures', () => {
  it.each([
    ['nothing', {}, [png(1)], undefined],
    ['no picture', { disabled: true }, [], undefined],
    ['a model without', { disabled: true }, [png(1)], 'cannot be sent to this model'],
    ['too many', { count: 2 }, [png(1), png(1), png(1)], 'At most 2 pictures'],
    ['one too large', { bytes: 1024 }, [png(1), png(1025)], 'too large: at most 1'],
    ['all too large', { total: 1024 }, [png(600), png(600)], 'too large together'],
    ['as large as may be', { bytes: 600, total: 1200, count: 2 }, [png(600), png(600)], undefined],
    ['a kind', { types: ['image/(jpeg|gif)'] }, [png(1)], '(png)'],
    ['another kind', { types: ['text/.*', 'image/.*'] }, [png(1)], undefined],
    ['a pattern that only the server reads', { types: ['(?P<kind>image)'] }, [png(1)], undefined],
  ])('%s', (_name, limits, files, said) => {
    const text = overLimit(files, limits);
    if (said) expect(text).toContain(said);
    else expect(text).toBeUndefined();
  });

  it('are those of the provider, else those of all, and never above the server’s', () => {
    const limits = { '': { count: 3 }, Acme: { count: 1, bytes: 500 } };
    expect(limitsOf({ maxBytes: 100, limits }, 'Acme')).toEqual({ count: 1, bytes: 100 });
    expect(limitsOf({ maxBytes: 900, limits }, 'Acme').bytes).toBe(500);
    expect(limitsOf({ maxBytes: 100, limits }, 'Other')).toEqual({ count: 3, bytes: 100 });
    expect(limitsOf({ maxBytes: 100 })).toEqual({ bytes: 100 });
  });
});
