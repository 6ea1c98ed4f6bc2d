import { stepKinds } from '../api/process';
import { Resource } from '../lib/resource.svelte';
import { Kinds } from './list';

/** What steps the server offers; it changes only with the server, so one visit fetches it once. */
export const kinds = new Resource<Kinds>(async () => new Kinds(await stepKinds()));
