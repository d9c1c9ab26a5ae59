// Counts the minutes of an open operation (緊急管理者操作) down. The server ends it by itself.
(() => {
  const left = document.querySelector("[data-seconds-left]");
  if (!left) return;
  const words = left.textContent;
  const until = performance.now() + Number(left.dataset.secondsLeft) * 1000;
  const show = () => {
    const minutes = Math.max(Math.ceil((until - performance.now()) / 60000), 0);
    left.textContent = words.replace(/\d+/, String(minutes));
  };
  window.setInterval(show, 5000);
})();
