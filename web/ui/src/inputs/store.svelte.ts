import * as api from '../api/inputs';
import { live } from '../api/live.svelte';
import type { Input, Sample } from '../api/types';
import { Resource } from '../lib/resource.svelte';

/** The user's inputs, shared by all pages. */
class Inputs extends Resource<Input[]> {
  constructor() {
    super(api.inputs);
  }

  list = $derived(this.value ?? []);
  byId = $derived(new Map(this.list.map((input) => [input.id, input])));

  now(input: Input): Sample {
    return live.inputs.get(input.id) ?? input;
  }

  /** strangers is the number of live inputs that the list does not hold yet: new devices. */
  strangers = $derived.by(() => {
    if (this.value === null) return 0;
    let count = 0;
    for (const id of live.inputs.keys()) if (!this.byId.has(id)) count++;
    return count;
  });
}

export const inputs = new Inputs();
