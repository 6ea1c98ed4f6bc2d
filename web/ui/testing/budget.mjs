// Fails when the pages together are heavier than what loads at once on a slow phone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const limit = 150_000;
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(html|js|css|svg)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(file), { level: 9 }).length;
  total += size;
  console.log(`${String(size).padStart(7)}  ${file.slice(dist.length + 1)}`);
}
console.log(`${String(total).padStart(7)}  all pages, gzip, of ${limit} allowed`);
if (total > limit || files.length === 0) process.exit(1);
