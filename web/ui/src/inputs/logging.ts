import { createFeed, type NewFeed } from '../api/feeds';
import { ApiError } from '../api/client';
import { live } from '../api/live.svelte';
import { setInputList } from '../api/process';
import type { Input } from '../api/types';
import { feeds } from '../feeds/store.svelte';
import { kinds } from '../process/kinds.svelte';
import { encodeList, parseList } from '../process/list';
import { feedFor } from './guess';
import { inputs } from './store.svelte';

/**
 * logToFeed makes a feed for the input and adds the step that fills it; with energy also a second feed that counts
 * kilowatt-hours. A feed of that name is used if it is there already.
 */
export async function logToFeed(input: Input, energy: boolean): Promise<string> {
  await Promise.all([kinds.need(), feeds.need()]);
  const known = kinds.value;
  if (!known) throw new ApiError(kinds.error, 0);
  const wanted = feedFor(input, live.pace.get(input.id));
  const made = [await feedNamed(wanted)];
  let text = `${input.list ? `${input.list},` : ''}1:${made[0]}`;
  if (energy) {
    made.push(await feedNamed({ ...wanted, name: `${wanted.name}_kwh`, unit: 'kWh' }));
    text += `,4:${made[1]}`;
  }
  await setInputList(input.id, encodeList(parseList(text, known), known));
  await Promise.all([feeds.load(), inputs.load()]);
  return energy ? `${wanted.name} is logged, with its energy` : `${wanted.name} is logged every ${wanted.interval} s`;
}

async function feedNamed(wanted: NewFeed): Promise<number> {
  return feeds.named(wanted.tag, wanted.name)?.id ?? (await createFeed(wanted));
}
