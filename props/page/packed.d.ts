/** A file, or the script that a .ts makes, gzipped, in base64: see vite.page.config.ts. */
declare module "*?packed" {
  const text: string;
  export default text;
}
