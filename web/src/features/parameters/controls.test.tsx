import { render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Parameter } from '@/kit/api/types';
import { ParameterField } from './ParameterField';

const warmth: Parameter = {
  name: 'temperature',
  type: 'number',
  min: 0,
  max: 1,
  step: 0.1,
  default: 0.3,
  label: 'Warmth',
  look: { component: 'slider', half: true },
};

describe('a slider without a field', () => {
  it('says what it is set to, and what holds where nothing is', () => {
    const view = (value?: number) => (
      <ParameterField parameter={warmth} value={value} onValue={vi.fn()} />
    );
    const { rerender } = render(view());
    expect(screen.getByRole('slider', { name: 'Warmth' })).toBeTruthy();
    expect(screen.getByRole('status').textContent).toBe('0.3');
    rerender(view(0.8));
    expect(screen.getByRole('status').textContent).toBe('0.8');
  });
});
