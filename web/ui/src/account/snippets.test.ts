import { expect, it } from 'vitest';
import { snippets } from './snippets';

it('fills in the server and the key everywhere', () => {
  for (const snippet of snippets('http://pi.local:8080/', 'abc123')) {
    expect(snippet.text).toContain('http://pi.local:8080');
    expect(snippet.text).not.toContain('8080//');
    expect(snippet.text).toContain('abc123');
  }
});
