export function TimePanel() {
  return <section class="card" />;
}
