import type { ModelPrice, Rates } from '@iron/usage';

const PICOS_A_TOKEN_PER_USD_A_MILLION = 6;
const PICOS_PER_USD = 12;

/** Rates in pico-dollars a token as USD a million tokens, exactly: 75,000 is `0.075`. */
export function usdPerMillion(rates: Rates): Record<keyof Rates, string> {
  const { input, cachedInput, cacheWrite, audioInput, cachedAudio, output, reasoning, audioOutput } = rates;
  return {
    input: perMillion(input),
    cachedInput: perMillion(cachedInput),
    cacheWrite: perMillion(cacheWrite),
    audioInput: perMillion(audioInput),
    cachedAudio: perMillion(cachedAudio),
    output: perMillion(output),
    reasoning: perMillion(reasoning),
    audioOutput: perMillion(audioOutput),
  };
}

/** Pico-dollars as USD, exactly: 5,000,000,000 is `0.005`. */
export function usdPerRequest({ perRequest }: Pick<ModelPrice, 'perRequest'>): string {
  return decimal(perRequest, PICOS_PER_USD);
}

function perMillion(picos: number): string {
  return decimal(picos, PICOS_A_TOKEN_PER_USD_A_MILLION);
}

/** A count of 10^-places as a decimal without needless zeros. */
function decimal(count: number, places: number): string {
  const digits = String(count).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`;
}
