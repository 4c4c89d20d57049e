/** CSS Modules: class names as the build made them. Read them as styles['name']; a test knows whether the name exists. */
declare module '*.module.css' {
  const styles: Readonly<Record<string, string>>;
  export default styles;
}
declare module '*.css';
