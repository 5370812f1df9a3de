import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** The server that answers `/api` and `/-/` while developing; in production the page is served by it. */
const server = process.env.FERULA_URL ?? 'http://127.0.0.1:9090';

export default defineConfig({
  base: '/',
  plugins: [react()],
  // Scripts find each other from where they lie, so that the server can put the page under a prefix.
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `/${file}` : { relative: true }),
  },
  server: { host: '127.0.0.1', proxy: { '/api': server, '/-/': server } },
  preview: { host: '127.0.0.1', proxy: { '/api': server, '/-/': server } },
  build: { target: 'es2023', assetsDir: 'assets', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  test: { include: ['src/**/*.test.ts'] },
});
