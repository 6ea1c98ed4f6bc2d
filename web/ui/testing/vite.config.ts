import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Connect, type Plugin } from 'vite';
import { Fake } from './fake';

/** The same policy that the Go handler sends, so that a page that breaks it is seen here. */
const policy =
  "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'; form-action 'self'; img-src 'self' data:";

/** The pages against a simulated house: `npm run dev:fake`, or built and previewed by walk.mjs. */
function fake(): Plugin {
  const house = new Fake();
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    house.handle(request, response).then((done) => done || next(), next);
  };
  return {
    name: 'fake-server',
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => {
      server.middlewares.use((_, response, next) => {
        response.setHeader('Content-Security-Policy', policy);
        next();
      });
      server.middlewares.use(serve);
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  base: './',
  appType: 'spa',
  plugins: [svelte(), fake()],
  build: { outDir: 'dist' },
});
