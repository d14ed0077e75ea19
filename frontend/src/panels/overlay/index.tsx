export function OverlayPanel() {
  return <div data-testid="overlay" />;
}
