import java.nio.file.Path;

/** Asks for a token for each call. */
final class TokenEachCall extends Results {
    TokenEachCall(Path folder) {
        super(folder);
    }

    @Override
    String accessToken() {
        token = null;
        return super.accessToken();
    }

    public static void main(String[] words) {
        main(TokenEachCall::new, words);
    }
}
