import { get, postForm } from './client';
import type { Input } from './types';

interface Row {
  id: string;
  nodeid: string;
  name: string;
  description: string;
  processList: string;
  time: number | null;
  value: number | null;
}

export async function inputs(): Promise<Input[]> {
  const rows = await get<Row[]>('input/list.json');
  return rows.map((row) => ({
    id: Number(row.id),
    node: String(row.nodeid),
    name: String(row.name),
    description: row.description ?? '',
    list: row.processList ?? '',
    time: row.time === null ? null : Number(row.time),
    value: row.value === null ? null : Number(row.value),
  }));
}

export const describeInput = (id: number, description: string): Promise<unknown> =>
  postForm('input/set.json', { inputid: id, fields: JSON.stringify({ description }) });

export const deleteInputs = (ids: number[]): Promise<unknown> =>
  postForm('input/delete.json', { inputids: JSON.stringify(ids) });

/** cleanInputs deletes every input without a process list and answers what it did. */
export async function cleanInputs(): Promise<string> {
  const answer = await postForm<unknown>('input/clean.json', {});
  return typeof answer === 'string' ? answer : 'Inputs without a process list deleted';
}
