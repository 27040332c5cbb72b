import java.nio.file.Path;

/** Repeats a failed call without a pause. */
final class RetriedAtOnce extends Results {
    RetriedAtOnce(Path folder) {
        super(folder);
    }

    @Override
    double pause(int attempt) {
        return 0;
    }

    public static void main(String[] words) {
        main(RetriedAtOnce::new, words);
    }
}
