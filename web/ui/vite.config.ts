import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The server that `npm run dev` sends API calls to; pages themselves come from vite.
const server = process.env.WEIR_URL ?? 'http://127.0.0.1:8080';
const api = ['/api', '/user', '/input', '/feed', '/process'];

export default defineConfig({
  // Relative addresses: the built pages also work below a path of a reverse proxy.
  base: './',
  plugins: [svelte()],
  server: {
    proxy: Object.fromEntries(api.map((path) => [`^${path}/`, { target: server }])),
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
