package io.tollgate.tests.chaos;

/** Which of a server's endpoints an exchange is with. */
enum Route {
  TOKEN,
  API;

  static Route of(String path) {
    return path.endsWith("/token") ? TOKEN : API;
  }
}
