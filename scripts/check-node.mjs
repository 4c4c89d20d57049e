/**
 * Ends the process with one line when the running Node is too old for the console. Import it before anything else;
 * it must itself be readable by any Node that knows modules.
 */
const leastMajor = 22;
const leastMinor = 12;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  process.stderr.write(
    `Kimp Console needs Node ${leastMajor}.${leastMinor} or newer, this is ${process.versions.node}. ` +
      'Run it through npm (npm start): on Linux and Windows npm ci brings the right Node along.\n',
  );
  process.exit(1);
}
