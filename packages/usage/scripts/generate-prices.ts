import { writeFileSync } from 'node:fs';
import { waitForUpdate } from '@pydantic/genai-prices';
import { formatPriceList, normaliseGenaiPrices } from './normalise-genai-prices.ts';

// Without an update this is the data that the pinned package carries: nothing is fetched.
const providers = await waitForUpdate();
if (!providers) throw new Error('genai-prices has no data');
const file = new URL('../src/prices/genai-prices.json', import.meta.url);
writeFileSync(file, formatPriceList(normaliseGenaiPrices(providers)));
