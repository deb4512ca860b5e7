/** Numbers as people read them, in a language. */
import type { Language } from '../../../equivalents/catalogue.ts';

const JOULES_PER_WH = 3600;

export interface NumberTexts {
  /** `212.4 W`, `12.3 kW`. */
  power(watts: number): string;
  /** `0.42 Wh`, `4.72 Wh`, `1.34 kWh`. */
  energy(joules: number): string;
  /** `1,234`. */
  count(value: number): string;
  /** `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
  duration(seconds: number): string;
}

/** The texts of a language. */
export function numberTexts(language: Language): NumberTexts {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const oneDecimal = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const twoDecimals = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const day = language === 'fr' ? 'j' : 'd';
  return {
    power: (watts) => (watts < 10_000 ? `${oneDecimal.format(watts)} W` : `${oneDecimal.format(watts / 1000)} kW`),
    energy: (joules) => {
      const wattHours = joules / JOULES_PER_WH;
      return wattHours < 1000 ? `${twoDecimals.format(wattHours)} Wh` : `${twoDecimals.format(wattHours / 1000)} kWh`;
    },
    count: (value) => whole.format(value),
    duration: (seconds) => durationText(Math.floor(seconds), day),
  };
}

function durationText(seconds: number, day: string): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} ${day} ${Math.floor((seconds % 86_400) / 3600)} h`;
}
